/** The look of the page, in the colours of the editor's theme. */
const CONNECT_LINE_LOOK = `
.tw-cl { container-type: inline-size; display: flex; flex-direction: column; gap: 10px; color: var(--red-ui-form-text-color, #333); padding: 10px 12px; }
.tw-cl-panel { position: fixed; right: 0; bottom: 0; width: min(780px, 100vw); z-index: 90; display: flex; flex-direction: column; background: var(--red-ui-primary-background, #fff); border-left: 1px solid var(--red-ui-primary-border-color, #bbb); box-shadow: -4px 0 12px rgb(0 0 0 / 15%); }
.tw-cl-panel[hidden] { display: none; }
.tw-cl-panel-head { display: flex; justify-content: space-between; align-items: center; padding: 6px 12px; border-bottom: 1px solid var(--red-ui-secondary-border-color, #ddd); }
.tw-cl-panel-head h2 { font-size: 16px; line-height: 1.4; margin: 0; }
.tw-cl-panel-body { flex: 1; overflow: auto; }
.tw-cl-tabs { flex-direction: row !important; flex-wrap: wrap; padding-bottom: 0 !important; }
.tw-cl-tabs [aria-selected=true] { font-weight: 700; border-color: var(--red-ui-form-input-focus-color, #5b94d6) !important; }
.tw-cl-tree input { margin-right: 6px; }
.tw-cl [hidden] { display: none !important; }
.tw-cl p { margin: 0 0 8px; }
.tw-cl-steps { display: flex; flex-wrap: wrap; gap: 4px; list-style: none; margin: 0; padding: 0; }
.tw-cl-step { border: 1px solid var(--red-ui-form-input-border-color, #ccc); border-radius: 14px; padding: 3px 12px; background: none; color: inherit; font-size: 13px; }
.tw-cl-step:disabled { opacity: 0.5; }
.tw-cl-step[aria-current=step] { font-weight: 700; border: 2px solid var(--red-ui-form-input-focus-color, #5b94d6); }
.tw-cl-said:empty { display: none; }
.tw-cl-said, .tw-cl-bad { color: var(--red-ui-text-color-error, #a80000); font-weight: 500; }
.tw-cl-good { color: var(--red-ui-text-color-success, #2f8132); font-weight: 500; }
.tw-cl-lead { max-width: 70ch; }
.tw-cl-foot { display: flex; justify-content: space-between; border-top: 1px solid var(--red-ui-secondary-border-color, #ddd); padding-top: 10px; }
.tw-cl-row { margin-bottom: 10px; min-width: 0; }
.tw-cl-row > label { display: block; width: auto; margin: 0 0 3px; }
.tw-cl input[type=text], .tw-cl input[type=password], .tw-cl input[type=search], .tw-cl select { width: 100%; box-sizing: border-box; margin: 0; min-width: 0; height: 34px; padding: 4px 8px; font: inherit; font-size: 14px; color: inherit; background: var(--red-ui-form-input-background, #fff); border: 1px solid var(--red-ui-form-input-border-color, #ccc); border-radius: 4px; }
.tw-cl [aria-invalid=true] { border-color: var(--red-ui-text-color-error, #a80000) !important; }
.tw-cl input[type=checkbox], .tw-cl input[type=radio] { width: 16px; height: 16px; margin: 0; flex: none; }
.tw-cl-two, .tw-cl-three { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); column-gap: 12px; }
.tw-cl-tick { display: flex; align-items: center; gap: 6px; width: auto; margin: 3px 0; cursor: pointer; overflow-wrap: anywhere; }
.tw-cl-hint { font-size: 12px; line-height: 1.4; color: var(--red-ui-secondary-text-color, #555); overflow-wrap: anywhere; }
.tw-cl-buttons, .tw-cl-bar-row { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 8px 0; }
.tw-cl-bar-row > input { flex: 1 1 180px; }
.tw-cl-card { border: 1px solid var(--red-ui-form-input-border-color, #ccc); border-radius: 4px; padding: 8px 12px; margin: 0 0 10px; }
.tw-cl-card > summary, .tw-cl-more > summary { cursor: pointer; padding: 3px 0; }
.tw-cl-card dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 12px; margin: 0 0 8px; }
.tw-cl-card dt { font-weight: 400; color: var(--red-ui-secondary-text-color, #555); }
.tw-cl-card dd { margin: 0; overflow-wrap: anywhere; }
.tw-cl-fingerprint { font-family: var(--red-ui-monospace-font, monospace); font-size: 12px; }
.tw-cl-progress { display: flex; align-items: center; gap: 8px; padding: 8px 0; }
.tw-cl-tree { border: 1px solid var(--red-ui-form-input-border-color, #ccc); border-radius: 4px; padding: 4px 8px; max-height: 420px; overflow: auto; }
.tw-cl-tree ul { list-style: none; margin: 0; padding: 0 0 0 22px; }
.tw-cl-tree > ul { padding: 0; }
.tw-cl-tree li { position: relative; padding-left: 20px; }
.tw-cl-open { position: absolute; left: 0; top: 2px; width: 18px; height: 20px; border: 0; padding: 0; background: none; color: inherit; }
.tw-cl table { width: 100%; border-collapse: collapse; margin: 4px 0 8px; }
.tw-cl th { text-align: left; font-weight: 500; font-size: 12px; color: var(--red-ui-secondary-text-color, #555); padding: 2px 6px 2px 0; }
.tw-cl td { vertical-align: top; padding: 4px 6px 4px 0; border-top: 1px solid var(--red-ui-secondary-border-color, #eee); }
.tw-cl-slots td:nth-child(1) { width: 32%; } .tw-cl-slots td:nth-child(3) { width: 26%; }
.tw-cl code { color: inherit; white-space: pre-wrap; overflow-wrap: anywhere; padding: 0 3px; }
.tw-cl-need { color: var(--red-ui-text-color-error, #a80000); }
.tw-cl-sure { display: inline-flex; align-items: center; gap: 6px; font-size: 12px; margin-right: 6px; }
.tw-cl-bar { display: inline-block; width: 44px; height: 6px; border-radius: 3px; background: var(--red-ui-secondary-border-color, #ddd); overflow: hidden; }
.tw-cl-bar > span { display: block; height: 100%; background: #c77700; }
.tw-cl-sure[data-level=high] .tw-cl-bar > span { background: #2f8132; }
.tw-cl-search { position: relative; }
.tw-cl-options { position: absolute; z-index: 10; left: 0; right: 0; max-height: 240px; overflow: auto; list-style: none; margin: 0; padding: 2px; background: var(--red-ui-form-input-background, #fff); border: 1px solid var(--red-ui-form-input-border-color, #ccc); border-radius: 4px; }
.tw-cl-options li { padding: 3px 6px; cursor: pointer; overflow-wrap: anywhere; }
.tw-cl-options li[aria-selected=true], .tw-cl-options li:hover { background: var(--red-ui-list-item-background-hover, #eef); }
.tw-cl-states { border: 0; border-top: 1px solid var(--red-ui-secondary-border-color, #ddd); margin: 6px 0; padding: 6px 0 0; min-width: 0; }
.tw-cl-states > legend { float: left; width: 100%; font-size: inherit; font-weight: 600; border: 0; margin: 0 0 4px; color: inherit; }
.tw-cl-states > legend + * { clear: both; }
.tw-cl-lines { max-height: 320px; overflow: auto; margin: 6px 0; padding-left: 44px; font-size: 12px; }
.tw-cl-diff, .tw-cl-change ul { list-style: none; margin: 6px 0; padding: 0; max-height: 300px; overflow: auto; overflow-wrap: anywhere; }
.tw-cl-diff li[data-kind=added] { color: var(--red-ui-text-color-success, #2f8132); }
.tw-cl-diff li[data-kind=removed] { color: var(--red-ui-text-color-error, #a80000); }
.tw-cl-change h4, .tw-cl-part h3 { font-size: 14px; font-weight: 600; line-height: 1.4; margin: 8px 0 4px; }
.tw-cl-part { border-bottom: 1px solid var(--red-ui-secondary-border-color, #ddd); padding: 4px 0 12px; }
.tw-cl :focus-visible { outline: 2px solid var(--red-ui-form-input-focus-color, #5b94d6); outline-offset: 1px; }
@container (max-width: 460px) {
  .tw-cl-slots, .tw-cl-slots tbody, .tw-cl-slots tr, .tw-cl-slots td { display: block; width: auto !important; }
  .tw-cl-slots thead { display: none; }
  .tw-cl-slots tr { border-top: 1px solid var(--red-ui-secondary-border-color, #ddd); padding: 4px 0; }
  .tw-cl-slots td { border: 0; padding: 2px 0; }
}
`;

export function styleConnectLine(): void {
  if (document.getElementById("tw-cl-style") !== null) return;
  const style = document.createElement("style");
  style.id = "tw-cl-style";
  style.textContent = CONNECT_LINE_LOOK;
  document.head.append(style);
}
