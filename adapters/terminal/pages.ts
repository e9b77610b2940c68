/** The HTML of the terminal; its contents are drawn by `terminal.js` from the data of the station. */
import type { Equipment } from "../../core/connect/model/index.ts";
import { escape, page, type Frame } from "../boards/pages.ts";

export function terminalPage(frame: Frame, station: { readonly asset: string; readonly label: string }): string {
  const { base } = frame;
  const scripts = `<link rel="stylesheet" href="${escape(base)}/assets/terminal.css">
<script type="module" src="${escape(base)}/assets/terminal.js"></script>
`;
  return page(
    frame,
    `<main id="main" class="terminal" data-station="${escape(station.asset)}" aria-busy="true">
<noscript><p class="banner">The terminal needs JavaScript.</p></noscript>
</main>`,
    scripts,
  );
}

export function terminalsPage(frame: Frame, stations: readonly Pick<Equipment, "path" | "label">[]): string {
  const cards = stations.map(
    ({ path, label }) =>
      `<li><a class="card" href="${escape(frame.base)}/terminal/${escape(path)}"><strong>${escape(label ?? path)}</strong><span>${escape(path)}</span></a></li>`,
  );
  const body = cards.length > 0 ? `<ul class="cards">${cards.join("")}</ul>` : "<p>There is no machine that your account covers.</p>";
  return page(frame, `<main id="main" class="narrow"><h1>Terminals</h1>${body}</main>`);
}
