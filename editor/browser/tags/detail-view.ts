/** All about one tag: value, mapping, what was refused and why, and what depends on it. */
import type { Finding } from "../../../core/connect/health/index.ts";
import type { LiveValue } from "../../tags/shown-tag.ts";
import type { TagDetail } from "../../tags/detail.ts";
import { button, element } from "../element.ts";
import { label } from "../label.ts";
import { ageText, FINDING_ICONS, findingText, instantText, numberText, withUnit } from "./words.ts";

type Row = readonly [term: string, text: string | HTMLElement | undefined];

export interface DetailView {
  readonly node: HTMLElement;
  /** Follows the value; the rest is as it was when the pane was opened. */
  refresh(live: LiveValue): void;
}

export function detailView(tag: TagDetail, depends: () => Promise<HTMLElement>): DetailView {
  const { live, source } = tag;
  const scale = source?.scale;
  const rows: readonly Row[] = [
    ["value", withUnit(live)],
    ["quality", live.quality ?? "–"],
    ["sourceTime", instantText(tag.timestamp)],
    ["age", ageText(live.ageMs)],
    ["description", tag.description],
    ["equipment", tag.asset],
    ["type", tag.type],
    ["unit", unitText(tag)],
    ["range", rangeText(tag)],
    [
      "values",
      tag.values === undefined
        ? undefined
        : Object.entries(tag.values)
            .map(([number, name]) => `${number} ${name}`)
            .join(", "),
    ],
    ["expectedEvery", tag.expectedEveryMs === undefined ? undefined : `${tag.expectedEveryMs / 1_000} s`],
    ["address", tag.address ?? label("tags.noAddress")],
    ["sourceUnit", source?.unit],
    ["scale", scale && `${scale.rawLow} … ${scale.rawHigh} → ${scale.low} … ${scale.high}`],
  ];
  const node = element(
    "div",
    { class: "tw-detail-body" },
    element("ul", { class: "tw-findings" }, ...tag.findings.map(findingLine)),
    terms(rows),
    detailSection("sources", tag.sources.length === 0 ? [element("p", {}, label("tags.noSource"))] : tag.sources.map(sourceLine)),
    ...(tag.sharers.length === 0
      ? []
      : [
          detailSection(
            "sharers",
            tag.sharers.map((id) => element("p", { class: "tw-code" }, id)),
          ),
        ]),
    ...(tag.rejects.length === 0 ? [] : [detailSection("rejects", tag.rejects.map(rejectLine))]),
    dependentsSection(depends),
  );
  const write = (term: string, text: string): void => {
    const place = node.querySelector(`[data-term="${term}"]`);
    if (place !== null) place.textContent = text;
  };
  return {
    node,
    refresh: (now) => {
      write("value", withUnit(now));
      write("quality", now.quality ?? "–");
      write("age", ageText(now.ageMs));
    },
  };
}

/** The UCUM code, as it stands in the plant files, and what people see in its place. */
function unitText({ unit, shownUnit }: TagDetail): string | undefined {
  return unit !== undefined && shownUnit?.other === true ? label("tags.shownAs", { unit, shown: shownUnit.symbol }) : unit;
}

function rangeText({ range, shownUnit }: TagDetail): string | undefined {
  if (range === undefined) return undefined;
  const [min, max] = [range.min, range.max].map((end) => (end === undefined ? undefined : numberText(end)));
  return `${min ?? "−∞"} … ${max ?? "∞"} ${shownUnit?.symbol ?? ""}`.trim();
}

function findingLine(finding: Finding): HTMLElement {
  const icon = element("i", { class: `fa ${FINDING_ICONS[finding]}`, "aria-hidden": "true" });
  return element(
    "li",
    { "data-finding": finding },
    icon,
    element("strong", {}, findingText(finding)),
    ` ${label(`tags.means.${finding}`)}`,
  );
}

function terms(rows: readonly Row[]): HTMLElement {
  const list = element("dl", {});
  for (const [term, text] of rows) {
    if (text === undefined || text === "") continue;
    list.append(element("dt", {}, label(`tags.detail.${term}`)), element("dd", { "data-term": term }, text));
  }
  return list;
}

function sourceLine({ protocol, address, mapping }: TagDetail["sources"][number]): HTMLElement {
  return element("p", { class: "tw-code" }, `${protocol} ${address}`, element("br"), `${label("tags.detail.mapping")} ${mapping ?? "–"}`);
}

function rejectLine({ code, count, message, at }: TagDetail["rejects"][number]): HTMLElement {
  const head = element("strong", {}, `${code} × ${count}`);
  return element("p", { "data-reject": code }, head, ` ${instantText(at)}`, element("br"), message);
}

function detailSection(name: string, content: readonly HTMLElement[]): HTMLElement {
  return element("section", { "data-section": name }, element("h4", {}, label(`tags.section.${name}`)), ...content);
}

/** Asked for only when wanted: it looks through all flows. */
function dependentsSection(depends: () => Promise<HTMLElement>): HTMLElement {
  const made = detailSection("dependents", [element("p", { class: "tw-hint" }, label("tags.dependents.why"))]);
  const ask = button("dependents", label("tags.dependents.ask"), async () => {
    const found = await depends();
    ask.replaceWith(found);
  });
  made.append(ask);
  return made;
}
