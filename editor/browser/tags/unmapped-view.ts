/** Addresses that readings came from and that nobody maps. */
import type { UnmappedAddress } from "../../../core/connect/tag-map/index.ts";
import { element } from "../element.ts";
import { label } from "../label.ts";
import { instantText } from "./words.ts";

export function unmappedView(total: number, addresses: readonly UnmappedAddress[]): HTMLElement {
  const rows = addresses.map(({ protocol, address, count, at }) =>
    element(
      "li",
      {},
      element("span", { class: "tw-code" }, `${protocol} ${address}`),
      element("br"),
      label("tags.unmapped.row", { count, at: instantText(at) }),
    ),
  );
  const body = element("div", { class: "tw-detail-body" }, element("p", { class: "tw-hint" }, label("tags.unmapped.why")));
  if (total > addresses.length)
    body.append(element("p", { class: "tw-hint" }, label("tags.unmapped.of", { shown: addresses.length, total })));
  body.append(element("ol", { class: "tw-unmapped" }, ...rows));
  return body;
}
