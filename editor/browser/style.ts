/** The look of the tab, in the colours of the editor's theme. */
const TAB_STYLE = `
.tw-tab { height: 100%; display: flex; flex-direction: column; color: var(--red-ui-primary-text-color, #333); background: var(--red-ui-secondary-background, #fff); font-size: 13px; line-height: 1.4; }
.tw-switches { display: flex; flex: none; overflow-x: auto; padding: 0 6px; border-bottom: 1px solid var(--red-ui-secondary-border-color, #ddd); }
.tw-switch { flex: none; border: 0; border-bottom: 2px solid transparent; background: none; color: var(--red-ui-secondary-text-color, #555); padding: 8px; font: inherit; cursor: pointer; }
.tw-switch[aria-selected=true] { color: var(--red-ui-primary-text-color, #333); border-bottom-color: var(--red-ui-form-input-focus-color, #5b94d6); font-weight: 600; }
.tw-page { flex: 1; min-height: 0; overflow: auto; position: relative; container-type: size; }
.tw-tags, .tw-plant { height: 100%; display: flex; flex-direction: column; min-height: 0; }
.tw-tags > .tw-plant { flex: 1; height: auto; }
.tw-bar { flex: none; padding: 8px 8px 0; }
.tw-tab input[type=search], .tw-tab select { width: 100%; box-sizing: border-box; margin: 0; height: 30px; padding: 4px 8px; font: inherit; color: var(--red-ui-form-text-color, #333); background: var(--red-ui-form-input-background, #fff); border: 1px solid var(--red-ui-form-input-border-color, #ccc); border-radius: 4px; }
.tw-chips { flex: none; display: flex; flex-wrap: wrap; gap: 4px; padding: 8px; }
.tw-chip { display: inline-flex; align-items: center; gap: 5px; border: 1px solid var(--red-ui-form-input-border-color, #ccc); border-radius: 12px; background: none; color: inherit; padding: 1px 8px; font: inherit; font-size: 12px; white-space: nowrap; cursor: pointer; }
.tw-chip[aria-pressed=true] { border-color: var(--red-ui-form-input-focus-color, #5b94d6); background: var(--red-ui-list-item-background-selected, #e8eef7); font-weight: 600; }
.tw-chip:hover, .tw-tag:hover, .tw-equipment:hover { background: var(--red-ui-list-item-background-hover, #eee); }
.tw-count { font-variant-numeric: tabular-nums; font-weight: 600; }
.tw-notice { flex: none; max-height: 40%; overflow: auto; margin: 0 8px 8px; padding: 6px 8px; border-left: 3px solid #c77700; background: var(--red-ui-primary-background, #f3f3f3); overflow-wrap: anywhere; }
.tw-tab .tw-found { flex: none; margin: 0; padding: 0 8px 4px; color: var(--red-ui-secondary-text-color, #555); }
.tw-tree { flex: 1 1 60%; min-height: 120px; overflow: auto; border-top: 1px solid var(--red-ui-secondary-border-color, #ddd); }
.tw-tree ul { list-style: none; margin: 0; padding: 0; }
.tw-tree ul ul { padding-left: 12px; }
.tw-tree .tw-tag { content-visibility: auto; contain-intrinsic-size: auto 44px; }
.tw-equipment, .tw-tag { display: grid; align-items: baseline; width: 100%; border: 0; background: none; color: inherit; font: inherit; text-align: left; padding: 4px 8px; cursor: pointer; column-gap: 6px; }
.tw-equipment { grid-template-columns: 12px minmax(0, auto) minmax(0, 1fr) auto; }
.tw-equipment > .tw-name { font-weight: 600; }
.tw-kind, .tw-state, .tw-age { color: var(--red-ui-secondary-text-color, #555); font-size: 12px; }
.tw-kind, .tw-name, .tw-value, .tw-state { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tw-counts { font-variant-numeric: tabular-nums; font-size: 12px; color: var(--red-ui-secondary-text-color, #555); }
.tw-unwell { margin-left: 6px; padding: 0 6px; border-radius: 8px; background: #8f5500; color: #fff; }
.tw-tag { grid-template-columns: 16px minmax(0, 1fr) auto; }
.tw-line { grid-column: 2 / -1; display: flex; justify-content: space-between; gap: 8px; min-width: 0; }
.tw-tag > .fa { color: var(--red-ui-text-color-success, #2f8132); }
.tw-tag:not([data-finding=ok]) > .fa, .tw-findings .fa { color: #a85d00; }
.tw-tag:is([data-finding^=wrong], [data-finding=out-of-range], [data-finding=duplicated], [data-finding=bad]) > .fa { color: var(--red-ui-text-color-error, #a80000); }
.tw-tag[data-finding=unused] > .fa, .tw-tag[data-finding=silent] > .fa { color: var(--red-ui-secondary-text-color, #555); }
.tw-tag .tw-value { flex: 0 0 auto; max-width: 65%; text-align: right; font-variant-numeric: tabular-nums; font-weight: 600; }
.tw-tag .tw-state { flex: 1 1 0; min-width: 0; }
.tw-tag > .tw-age { text-align: right; font-variant-numeric: tabular-nums; }
.tw-tag[aria-pressed=true] { background: var(--red-ui-list-item-background-selected, #e8eef7); }
.tw-tab button:focus-visible { outline: 2px solid var(--red-ui-form-input-focus-color, #5b94d6); outline-offset: -2px; }
.tw-detail { flex: 1 1 50%; min-height: 120px; overflow: auto; border-top: 2px solid var(--red-ui-primary-border-color, #bbb); background: var(--red-ui-primary-background, #f7f7f7); }
.tw-detail > header { position: sticky; top: 0; display: flex; gap: 8px; align-items: start; padding: 6px 8px; background: inherit; border-bottom: 1px solid var(--red-ui-secondary-border-color, #ddd); }
.tw-detail h3 { flex: 1; margin: 0; font-size: 13px; line-height: 1.4; font-weight: 600; overflow-wrap: anywhere; }
.tw-detail h4 { margin: 12px 0 4px; font-size: 12px; line-height: 1.4; font-weight: 600; color: var(--red-ui-secondary-text-color, #555); }
.tw-close { border: 0; background: none; color: inherit; font-size: 18px; line-height: 1; padding: 0 4px; cursor: pointer; }
.tw-detail-body { padding: 8px; overflow-wrap: anywhere; }
.tw-detail-body p { margin: 0 0 6px; }
.tw-detail ul, .tw-unmapped { margin: 0; padding: 0; list-style: none; }
.tw-detail li { margin: 0 0 6px; }
.tw-findings:empty { display: none; }
.tw-findings .fa { margin-right: 6px; }
.tw-code { font-family: var(--red-ui-monospace-font, monospace); font-size: 12px; }
.tw-hint { color: var(--red-ui-secondary-text-color, #555); font-size: 12px; }
.tw-link { border: 0; background: none; padding: 0; font: inherit; font-weight: 600; text-align: left; color: var(--red-ui-text-color-link, #0f5a93); text-decoration: underline; cursor: pointer; overflow-wrap: anywhere; }
.tw-empty { padding: 24px 16px; overflow: auto; overflow-wrap: anywhere; }
.tw-problems { margin: 6px 0 0 20px; padding: 0; } .tw-problems li { margin-bottom: 8px; }
.tw-problems code { white-space: normal; color: inherit; }
.tw-certificates { padding: 8px; overflow-wrap: anywhere; }
.tw-certificates ul { list-style: none; margin: 0; padding: 0; }
.tw-certificates h3 { margin: 12px 0 6px; font-size: 13px; line-height: 1.4; font-weight: 600; }
.tw-certificates p { margin: 0 0 6px; }
.tw-card { border: 1px solid var(--red-ui-form-input-border-color, #ccc); border-radius: 4px; padding: 8px; margin-bottom: 8px; }
.tw-card dl, .tw-detail dl { display: grid; grid-template-columns: minmax(60px, max-content) minmax(0, 1fr); gap: 3px 10px; margin: 0 0 6px; }
.tw-card dt, .tw-detail dt { font-weight: 400; line-height: inherit; color: var(--red-ui-secondary-text-color, #555); }
.tw-card dd, .tw-detail dd { margin: 0; line-height: inherit; }
.tw-warning { border-left: 3px solid #c77700; padding-left: 8px; font-weight: 600; }
.tw-said { color: var(--red-ui-text-color-error, #a80000); font-weight: 600; }
.tw-buttons { display: flex; flex-wrap: wrap; gap: 6px; align-items: center; }
.tw-buttons > p { flex: 1 1 100%; margin: 0; font-weight: 600; }
@container (max-width: 240px) { .tw-card dl, .tw-detail dl { grid-template-columns: minmax(0, 1fr); gap: 0; } .tw-card dd, .tw-detail dd { margin-bottom: 4px; } }
/* In a low section, as the editor opens it, the whole page scrolls, and the pane of a tag takes its place. */
@container (max-height: 560px) {
  .tw-plant { display: block; overflow: auto; }
  .tw-tree { overflow: visible; min-height: 0; }
  .tw-notice { max-height: none; }
  .tw-detail { position: absolute; inset: 0; border-top: 0; z-index: 1; }
}
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
