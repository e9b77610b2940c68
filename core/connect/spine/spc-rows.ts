/** What control charts have said as rows: signals, what people answered, and capability that somebody stands for. */
import type { Json, JsonObject } from "../event/index.ts";
import { MAX_TEXT_CHARS, NO_TAG, type Point, type SeriesOf, STATED_INDICES } from "../history/index.ts";
import type { LedgerEntry } from "../ledger/index.ts";

const SPC_SIGNAL = "spc.signal.v1";
const SPC_RESPONSE = "spc.response.v1";
const SPC_CAPABILITY = "spc.capability.v1";
const ONGOING_CAPABILITY = "capability.v1";
const SPREAD = ".spread";

/** Undefined of any other entry, and of comments: what a signal's last answer is does not change by them. */
export function spcRow(entry: LedgerEntry, seriesOf: SeriesOf): Point | undefined {
  if (entry.kind === SPC_SIGNAL) return signalRow(entry, seriesOf);
  if (entry.kind === SPC_RESPONSE && entry.data["action"] !== "comment") return responseRow(entry, seriesOf);
  if (entry.kind === ONGOING_CAPABILITY) return ongoingRow(entry, seriesOf);
  return entry.kind === SPC_CAPABILITY ? capabilityRow(entry, seriesOf) : undefined;
}

/** The entry stands under the chart's path; the row is the machine's. Every revision states every field that it knows. */
function signalRow(entry: LedgerEntry, seriesOf: SeriesOf): Point {
  const { data, end, start: time, revision } = entry;
  const [listed, rules] = [objects(data["points"]), objects(data["rules"])];
  return {
    measurement: "spc_signal",
    tags: { ...place(text(data["asset"]), seriesOf), chart: tag(data["chart"]), part: tag(data["part"]) },
    fields: {
      state: data["withdrawn"] === true ? "withdrawn" : end === null ? "lasts" : "over",
      rules: rules
        .map(({ text: words }) => text(words))
        .join("; ")
        .slice(0, MAX_TEXT_CHARS),
      reaction: text(data["reaction_plan"]),
      ...numbers({
        count: data["count"],
        statistic: listed[0]?.["statistic"],
        centre: data["centre"],
        lower: data["lower"],
        upper: data["upper"],
        limits_version: data["limits_version"],
        // A long signal lists its first points only.
        last: listed.length === data["count"] ? listed.at(-1)?.["at"] : null,
        until: end,
      }),
      rev: revision,
    },
    time,
    revision,
  };
}

/** `open` again is an answer too, with the fields of a closing empty. */
function responseRow({ asset: path, data, author, start: time, revision }: LedgerEntry, seriesOf: SeriesOf): Point {
  const part = path.endsWith(SPREAD) ? "spread" : "level";
  const names = (part === "spread" ? path.slice(0, -SPREAD.length) : path).split(".");
  const closed = data["action"] === "close";
  return {
    measurement: "spc_response",
    tags: { ...place(names.slice(0, -1).join("."), seriesOf), chart: tag(names.at(-1)), part },
    fields: { by: closed ? author : "", cause: text(data["cause"]), done: text(data["done"]), rev: revision },
    time,
    revision,
  };
}

function capabilityRow({ data, author, start: time, revision }: LedgerEntry, seriesOf: SeriesOf): Point {
  return {
    measurement: "spc_capability",
    tags: { ...place(text(data["asset"]), seriesOf), chart: tag(data["chart"]), product: tag(object(data["scope"])["product"]) },
    fields: {
      by: author,
      ...figureFields(data),
      ...numbers({ from: data["from"], to: data["to"], limits_version: data["limits_version"] }),
      rev: revision,
    },
    time,
    revision,
  };
}

/** A refusal has no figures, so a row has numbers or the code of a refusal. */
function ongoingRow({ data, start: time, revision }: LedgerEntry, seriesOf: SeriesOf): Point {
  const [minimum, refused] = [object(data["minimum"]), object(data["refused"])];
  const index = text(minimum["index"]);
  return {
    measurement: "capability",
    tags: { ...place(text(data["asset"]), seriesOf), chart: tag(data["chart"]), period: tag(data["period"]) },
    fields: {
      product: text(data["product"]),
      shift: text(data["shift"]),
      verdict: text(refused["code"]) || (data["meets"] === true ? "meets" : data["meets"] === false ? "below" : "no index"),
      why: text(refused["message"]),
      required: typeof minimum["value"] === "number" ? `${index} ${minimum["value"]}` : "",
      ...objects([data["figures"] ?? null]).map(figureFields)[0],
      ...numbers({
        from: data["from"],
        to: data["to"],
        subgroups: data["subgroups"],
        minimum: minimum["value"],
        limits_version: data["limits_version"],
      }),
      rev: revision,
    },
    time,
    revision,
  };
}

function figureFields(data: JsonObject): Record<string, number | string> {
  const of = (name: string): JsonObject => object(data[name]);
  return {
    method: text(of("method")["model"]),
    within_by: text(of("within")["estimator"]),
    specification: specificationText(of("specification")),
    ...numbers({
      n: data["n"],
      mean: data["mean"],
      sigma: of("overall")["value"],
      sigma_within: of("within")["value"],
      lower: of("specification")["lower"],
      upper: of("specification")["upper"],
      target: of("specification")["target"],
      ppm_observed: data["observed"],
      ppm_expected: data["expected"],
    }),
    ...Object.fromEntries(objects(data["indices"]).flatMap((one) => indexFields(one))),
  };
}

/** `Cpk`, `Cpk_lower` and `Cpk_upper` as numbers, and `Cpk_text` as people read it. */
function indexFields({ name, value, interval }: JsonObject): (readonly [field: string, value: number | string])[] {
  if (typeof name !== "string" || !STATED_INDICES.includes(name) || typeof value !== "number") return [];
  const { lower, upper } = (interval ?? {}) as JsonObject;
  if (typeof lower !== "number" || typeof upper !== "number") return [[name, value] as const, [`${name}_text`, `${value.toFixed(2)} (–)`]];
  return [
    [name, value],
    [`${name}_lower`, lower],
    [`${name}_upper`, upper],
    [`${name}_text`, `${value.toFixed(2)} (${lower.toFixed(2)} … ${upper.toFixed(2)})`],
  ];
}

function specificationText({ lower, upper, target }: JsonObject): string {
  const limits = `${typeof lower === "number" ? lower : ""} … ${typeof upper === "number" ? upper : ""}`.trim();
  return typeof target === "number" ? `${limits}, target ${target}` : limits;
}

function place(asset: string, seriesOf: SeriesOf): Record<string, string> {
  const { site = NO_TAG, line = NO_TAG } = seriesOf(asset);
  return { asset: tag(asset), site, line };
}

function numbers(fields: Readonly<Record<string, Json | undefined>>): Record<string, number> {
  return Object.fromEntries(Object.entries(fields).filter((field): field is [string, number] => typeof field[1] === "number"));
}

/** Whoever may state events may have stated anything; a row is made of it all the same. */
function objects(value: Json | undefined): readonly JsonObject[] {
  const all = Array.isArray(value) ? (value as readonly Json[]) : [];
  return all.filter((one): one is JsonObject => typeof one === "object" && one !== null && !Array.isArray(one));
}

function object(value: Json | undefined): JsonObject {
  return objects([value ?? null])[0] ?? {};
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value.slice(0, MAX_TEXT_CHARS) : "";
}

function tag(value: Json | undefined): string {
  return text(value) || NO_TAG;
}
