/** The look of the forms, in the colours of whatever editor theme is chosen. */
const CSS = `
.twinline-form { container-type: inline-size; color: var(--red-ui-form-text-color, #333); }
.twinline-row { display: grid; grid-template-columns: 118px minmax(0, 1fr); column-gap: 12px; align-items: start; margin-bottom: 12px; }
.twinline-row > label { margin: 0; padding-top: 7px; width: auto; line-height: 1.3; cursor: default; overflow-wrap: break-word; }
.twinline-row:not(.twinline-wide) > label { grid-row: 1 / span 4; }
.twinline-row > :not(label) { grid-column: 2; min-width: 0; }
.twinline-control { display: flex; align-items: center; gap: 8px; min-height: 34px; }
.twinline-control > input:not([type=checkbox]), .twinline-control > select, .twinline-control > textarea { flex: 1 1 auto; width: 100%; min-width: 0; margin: 0; box-sizing: border-box; }
.twinline-control > textarea ~ button { align-self: flex-start; }
.twinline-control > textarea { min-height: 68px; resize: vertical; }
.twinline-control > input[type=checkbox] { width: 16px; height: 16px; margin: 0; flex: none; }
.twinline-control > input.twinline-number { flex: 0 1 170px; }
.twinline-unit { color: var(--red-ui-secondary-text-color, #555); white-space: nowrap; }
.twinline-help, .twinline-hint, .twinline-fault { font-size: 12px; line-height: 1.4; margin-top: 3px; }
.twinline-help { color: var(--red-ui-secondary-text-color, #555); }
.twinline-hint { color: var(--red-ui-secondary-text-color, #555); font-style: italic; }
.twinline-fault { color: var(--red-ui-text-color-error, #a80000); font-weight: 500; }
.twinline-help:empty, .twinline-hint:empty, .twinline-fault:empty { display: none; }
.twinline-form .twinline-section { border: 0; border-top: 1px solid var(--red-ui-secondary-border-color, #ddd); margin: 18px 0 0; padding: 12px 0 0; min-width: 0; }
.twinline-form .twinline-section > legend { float: left; width: 100%; margin: 0 0 10px; padding: 0; border: 0; font-size: 14px; font-weight: 600; line-height: 1.4; color: inherit; }
.twinline-section > legend + * { clear: both; }
.twinline-more { border-top: 1px solid var(--red-ui-secondary-border-color, #ddd); margin-top: 18px; padding-top: 10px; }
.twinline-more > summary { cursor: pointer; padding: 4px 0; margin-bottom: 8px; font-weight: 600; }
.twinline-help code { color: inherit; font-size: 11px; padding: 0 3px; white-space: normal; overflow-wrap: anywhere; }
.twinline-table .red-ui-editableList-container { min-height: 34px; }
.twinline-cells { display: grid; grid-template-columns: repeat(auto-fit, minmax(120px, 1fr)); gap: 6px 10px; padding: 2px 0; }
.twinline-cell > label { display: block; width: auto; margin: 0 0 2px; font-size: 12px; color: var(--red-ui-secondary-text-color, #555); }
.twinline-cell > input:not([type=checkbox]), .twinline-cell > select { width: 100%; box-sizing: border-box; margin: 0; }
.twinline-cell > input[type=checkbox] { width: 16px; height: 16px; margin: 8px 0 0; }
.twinline-wide { display: block; }
.twinline-wide > label { padding-top: 0; margin-bottom: 4px; }
.twinline-state { display: flex; align-items: baseline; gap: 8px; margin: 0 0 10px; line-height: 1.4; overflow-wrap: anywhere; }
.twinline-state::before { content: ""; flex: none; width: 10px; height: 10px; border-radius: 50%; border: 2px solid #767676; box-sizing: border-box; }
.twinline-state[data-word=connected]::before { background: #2f8132; border-color: #2f8132; }
.twinline-state[data-word=connecting]::before, .twinline-state[data-word=lost]::before { background: #e7a32d; border-color: #8a5a00; }
.twinline-state[data-word=untrusted]::before, .twinline-state[data-word=refused]::before { background: #b3261e; border-color: #b3261e; }
.twinline-card { border: 1px solid var(--red-ui-form-input-border-color, #ccc); border-radius: 4px; padding: 10px 12px; margin: 0 0 10px; }
.twinline-card dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 12px; margin: 0 0 8px; }
.twinline-card dt { font-weight: 400; color: var(--red-ui-secondary-text-color, #555); }
.twinline-card dd { margin: 0; overflow-wrap: anywhere; }
.twinline-fingerprint { font-family: var(--red-ui-monospace-font, monospace); font-size: 12px; letter-spacing: 0.3px; }
.twinline-buttons { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
.twinline-tree { border: 1px solid var(--red-ui-form-input-border-color, #ccc); border-radius: 4px; margin-top: 6px; padding: 4px; max-height: 260px; overflow: auto; }
.twinline-tree ul { list-style: none; margin: 0; padding: 0 0 0 18px; }
.twinline-tree > ul { padding: 0; }
.twinline-tree [role=treeitem] > span { display: flex; align-items: baseline; gap: 6px; padding: 3px 6px; border-radius: 3px; cursor: pointer; overflow-wrap: anywhere; }
.twinline-tree [role=treeitem] > span > i { width: 14px; flex: none; text-align: center; color: var(--red-ui-secondary-text-color, #555); }
.twinline-tree [role=treeitem] > span:hover { background: var(--red-ui-list-item-background-hover, #f3f3f3); }
.twinline-tree [role=treeitem]:focus { outline: none; }
.twinline-tree [role=treeitem]:focus > span { outline: 2px solid var(--red-ui-form-input-focus-color, #5b94d6); outline-offset: -2px; }
@container (max-width: 430px) {
  .twinline-row { grid-template-columns: minmax(0, 1fr); }
  .twinline-row > :not(label) { grid-column: 1; }
  .twinline-row:not(.twinline-wide) > label { grid-row: auto; padding: 0 0 3px; }
}
`;

export function addStyle(): void {
  const style = document.createElement("style");
  style.textContent = CSS;
  document.head.append(style);
}
