/** A reaction plan says what to do, or where that is written: addresses of the web in it can be opened. */
import { el } from "./dom.ts";

/** Only the web's own schemes: a plan comes from whoever edits the flow, and may be opened by anybody. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"'\\^`{|}]+/g;
/** What ends a sentence ends no address. */
const TRAILING = /[.,;:!?)\]]+$/;

/** Words and addresses, in their order; together they are the plan. */
export function planParts(plan: string): readonly { readonly text: string; readonly address: string | null }[] {
  const parts: { text: string; address: string | null }[] = [];
  let at = 0;
  for (const { 0: found, index } of plan.matchAll(ADDRESS)) {
    const address = found.replace(TRAILING, "");
    if (!URL.canParse(address)) continue;
    if (index > at) parts.push({ text: plan.slice(at, index), address: null });
    parts.push({ text: address, address });
    at = index + address.length;
  }
  if (at < plan.length) parts.push({ text: plan.slice(at), address: null });
  return parts;
}

export function planned(label: string, plan: string): readonly (HTMLElement | string)[] {
  const shown = planParts(plan).map(({ text, address }) =>
    address === null ? text : el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, text),
  );
  return [`${label}: `, ...shown];
}
