/** The tags of an ongoing capability: its indices as live figures, so that flows and boards need no ledger. */
import type { Contract, ContractTag } from "../../connect/contract/index.ts";
import type { Sample } from "../../connect/sample/index.ts";
import type { OngoingCapabilityEvent } from "./ongoing-capability.ts";
import { type PeriodKind, PERIODS } from "./ongoing-periods.ts";

/** By signal the index that it carries; one without its side of the specification has no value. */
const INDICES = { cp: "Cp", cpl: "CPL", cpu: "CPU", cpk: "Cpk", cpm: "Cpm", pp: "Pp", ppl: "PPL", ppu: "PPU", ppk: "Ppk" } as const;
const INDEX_SIGNALS = Object.keys(INDICES) as (keyof typeof INDICES)[];
const FIGURES = ["ppk_lower", "cpk_lower", "n", "ppm_expected", "ppm_observed", "minimum", "meets"] as const;
const TEXTS = ["method", "refused"] as const;
type OngoingSignal = keyof typeof INDICES | (typeof FIGURES)[number] | (typeof TEXTS)[number];

const ONGOING_CONTRACT_NAME = "_capability_v1";
const PPM = "[ppm]";

/** What the store holds these tags to, whatever a chart is called. */
export const ONGOING_CONTRACT: Contract = {
  name: ONGOING_CONTRACT_NAME,
  tags: new Map<string, ContractTag>(
    PERIODS.flatMap((period) => [
      ...[...INDEX_SIGNALS, ...FIGURES].map((signal) => [`*.${period}.${signal}`, { type: signal === "n" ? "int" : "float" }] as const),
      ...TEXTS.map((signal) => [`*.${period}.${signal}`, { type: "string" }] as const),
    ]),
  ),
};

/** `acme.galway.bottling.line01.filler01._capability_v1.fill-weight.shift.ppk`. */
function ongoingTag(of: { readonly asset: string; readonly chart: string }, period: PeriodKind, signal: OngoingSignal): string {
  return [of.asset, ONGOING_CONTRACT_NAME, of.chart, period, signal].join(".");
}

/** At the end of the period. What was refused has no numbers: each says that there is nothing, so that no figure of before seems to hold. */
export function ongoingSamples({ data }: OngoingCapabilityEvent): Sample[] {
  const { figures, minimum, meets, refused, period, to: timestamp } = data;
  const index = (name: string) => figures?.indices.find((one) => one.name === name);
  const values: readonly (readonly [OngoingSignal, number | string | null, string?])[] = [
    ...INDEX_SIGNALS.map((signal) => [signal, index(INDICES[signal])?.value ?? null, "1"] as const),
    ["ppk_lower", index("Ppk")?.interval?.lower ?? null, "1"],
    ["cpk_lower", index("Cpk")?.interval?.lower ?? null, "1"],
    ["n", figures?.n ?? null, "1"],
    ["ppm_expected", figures?.expected ?? null, PPM],
    ["ppm_observed", figures?.observed ?? null, PPM],
    ["minimum", minimum.value, "1"],
    ["meets", meets === null ? null : Number(meets), "1"],
    ["method", figures === null ? null : [figures.method.model, figures.method.by].filter((word) => word !== undefined).join(", ")],
    ["refused", refused?.code ?? null],
  ];
  return values.map(([signal, value, unit]) => ({
    tag: ongoingTag(data, period, signal),
    value,
    quality: value === null ? "GoodNoData" : "Good",
    timestamp,
    ...(unit === undefined ? {} : { unit }),
  }));
}
