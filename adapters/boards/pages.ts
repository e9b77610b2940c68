/** The HTML pages of the viewer. Everything that is not fixed text is escaped; scripts and styles are files of their own. */

export interface Frame {
  readonly base: string;
  readonly title: string;
  readonly person?: { readonly label: string };
  /** Where a person can go from any page: paths below `base`, the current one by its title. */
  readonly places?: readonly { readonly path: string; readonly title: string }[];
}

export function page({ base, title, person, places = [] }: Frame, body: string, scripts = ""): string {
  const links = places.map(
    (place) =>
      `<a href="${escape(base)}${place.path === "" ? "" : `/${escape(place.path)}`}"${place.title === title ? ' aria-current="page"' : ""}>${escape(place.title)}</a>`,
  );
  const nav = links.length > 0 ? `<nav class="places" aria-label="Twinline">${links.join("")}</nav>` : "";
  const account = person
    ? `<span class="account">${escape(person.label)}</span><form method="post" action="${escape(base)}/logout"><button class="quiet">Sign out</button></form>`
    : "";
  return `<!doctype html>
<html lang="en" data-base="${escape(base)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)} · Twinline</title>
<link rel="icon" href="${escape(base)}/assets/icon.svg">
<link rel="stylesheet" href="${escape(base)}/assets/uPlot.min.css">
<link rel="stylesheet" href="${escape(base)}/assets/boards.css">
<script src="${escape(base)}/assets/theme.js"></script>
<script type="module" src="${escape(base)}/assets/frame.js"></script>
${scripts}</head>
<body>
<a class="skip" href="#main">Skip to content</a>
<header class="top">
<a class="brand" href="${escape(base)}"><img src="${escape(base)}/assets/icon.svg" alt="" width="22" height="22">Twinline</a>
${nav}
<span class="spring"></span>
<button class="quiet" id="theme" type="button" aria-label="Switch between light and dark">◐</button>
${account}
</header>
${body}
</body>
</html>
`;
}

/** `reports`: whether there are shift reports to go to. */
export function boardPage(
  frame: Frame,
  board: { readonly id: string; readonly title: string; readonly description: string },
  reports = false,
): string {
  const { base } = frame;
  const link = reports ? `<a class="reportlink" href="${escape(base)}/${escape(board.id)}/report">Shift report</a>` : "";
  const scripts = `<script src="${escape(base)}/assets/uPlot.iife.min.js" defer></script>
<script type="module" src="${escape(base)}/assets/board.js"></script>
`;
  return page(
    frame,
    `<main id="main" class="board" data-board="${escape(board.id)}">
<div class="boardhead"><h1>${escape(board.title)}</h1><p class="edge" id="edge" role="status" aria-live="polite"></p><span class="spring"></span>${link}<div class="controls" id="controls"></div></div>
<p class="banner" id="banner" role="alert" hidden></p>
<div class="grid" id="grid" aria-busy="true"><p class="loading">Loading …</p></div>
<noscript><p class="banner">This board needs JavaScript.</p></noscript>
</main>`,
    scripts,
  );
}

export function indexPage(
  frame: Frame,
  boards: readonly { readonly id: string; readonly title: string; readonly description: string }[],
  lists: { readonly alarms?: boolean; readonly charts?: boolean } = {},
): string {
  const alarms = {
    id: "alarms",
    title: "Alarms",
    description: "What needs somebody now, what is kept quiet, and how the alarm system performs.",
  };
  const charts = {
    id: "charts",
    title: "Control charts",
    description: "Which process has changed, what was done about it, and the limits by which it is judged.",
  };
  const cards = [...(lists.alarms === true ? [alarms] : []), ...(lists.charts === true ? [charts] : []), ...boards].map(
    ({ id, title, description }) =>
      `<li><a class="card" href="${escape(frame.base)}/${escape(id)}"><strong>${escape(title)}</strong><span>${escape(description)}</span></a></li>`,
  );
  const body = cards.length > 0 ? `<ul class="cards">${cards.join("")}</ul>` : "<p>There is no board that your account covers.</p>";
  return page(frame, `<main id="main" class="narrow"><h1>Boards</h1>${body}</main>`);
}

export function loginPage(base: string, to: string, problem?: string): string {
  const alert = problem === undefined ? "" : `<p class="banner" role="alert">${escape(problem)}</p>`;
  return page(
    { base, title: "Sign in" },
    `<main id="main" class="login"><form method="post" action="${escape(base)}/login">
<h1>Sign in</h1>${alert}
<label>Account<input name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="64" autofocus></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required maxlength="1024"></label>
<input type="hidden" name="to" value="${escape(to)}">
<button class="primary">Sign in</button>
</form></main>`,
  );
}

export function plainPage(base: string, title: string, sentence: string): string {
  return page({ base, title }, `<main id="main" class="narrow"><h1>${escape(title)}</h1><p>${escape(sentence)}</p></main>`);
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => ENTITIES[char] as string);
}
