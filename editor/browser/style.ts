/** The look of the tab, in the colours of the editor's theme. */
const TAB_STYLE = `
.tw-tab { height: 100%; display: flex; flex-direction: column; color: var(--red-ui-primary-text-color, #333); background: var(--red-ui-secondary-background, #fff); font-size: 13px; line-height: 1.4; }
.tw-switches { display: flex; flex: none; overflow-x: auto; padding: 0 6px; border-bottom: 1px solid var(--red-ui-secondary-border-color, #ddd); }
.tw-switch { flex: none; border: 0; border-bottom: 2px solid transparent; background: none; color: var(--red-ui-secondary-text-color, #555); padding: 8px; font: inherit; cursor: pointer; }
.tw-switch[aria-selected=true] { color: var(--red-ui-primary-text-color, #333); border-bottom-color: var(--red-ui-form-input-focus-color, #5b94d6); font-weight: 600; }
.tw-page { flex: 1; min-height: 0; overflow: auto; position: relative; }
.tw-page [hidden] { display: none !important; }
`;

/** Puts the style into the document, once. */
export function styled(): void {
  if (document.getElementById("tw-style") !== null) return;
  const sheet = document.createElement("style");
  sheet.id = "tw-style";
  sheet.textContent = TAB_STYLE;
  document.head.append(sheet);
}
