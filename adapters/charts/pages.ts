/** The HTML of the control charts; their contents are drawn by `charts.js`, `chart.js` and `measure.js`. */
import { escape, page, type Frame } from "../boards/pages.ts";

const styles = (base: string): string => `<link rel="stylesheet" href="${escape(base)}/assets/terminal.css">
<link rel="stylesheet" href="${escape(base)}/assets/charts.css">
<link rel="stylesheet" href="${escape(base)}/assets/charts-print.css" media="print">
`;

export function chartsPage(frame: Frame): string {
  const scripts = `${styles(frame.base)}<script type="module" src="${escape(frame.base)}/assets/charts.js"></script>
`;
  return page(
    frame,
    `<main id="main" class="charts" aria-busy="true"><noscript><p class="banner">The control charts need JavaScript.</p></noscript></main>`,
    scripts,
  );
}

export function chartPage(frame: Frame, path: string): string {
  return ofOneChart(frame, path, "chart.js", "spc");
}

/** Where people enter what they measured by hand. */
export function measurePage(frame: Frame, path: string): string {
  return ofOneChart(frame, path, "measure.js", "spc measure");
}

function ofOneChart(frame: Frame, path: string, script: string, names: string): string {
  const scripts = `${styles(frame.base)}<script src="${escape(frame.base)}/assets/uPlot.iife.min.js" defer></script>
<script type="module" src="${escape(frame.base)}/assets/${script}"></script>
`;
  return page(
    frame,
    `<main id="main" class="${names}" data-path="${escape(path)}" aria-busy="true">
<noscript><p class="banner">The control chart needs JavaScript.</p></noscript>
</main>`,
    scripts,
  );
}
