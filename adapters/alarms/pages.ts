/** The HTML of the alarm list; its contents are drawn by `alarms.js`. */
import { escape, page, type Frame } from "../boards/pages.ts";

export function alarmsPage(frame: Frame): string {
  const { base } = frame;
  const scripts = `<link rel="stylesheet" href="${escape(base)}/assets/terminal.css">
<link rel="stylesheet" href="${escape(base)}/assets/alarms.css">
<script type="module" src="${escape(base)}/assets/alarms.js"></script>
`;
  return page(
    frame,
    `<main id="main" class="alarms" aria-busy="true">
<noscript><p class="banner">The alarm list needs JavaScript.</p></noscript>
</main>`,
    scripts,
  );
}
