/** The capability of a period of recorded values, as the page of the chart would state it: the same study, in the same thread. */
import {
  type CapabilityAsked,
  type ChartDefinition,
  type OngoingFinding,
  type Period,
  type RecordedMaking,
  specificationFor,
  specificationOf,
  tagOf,
  versionsFor,
  withheld,
} from "../../core/model/charting/index.ts";
import { refuse, type Specification } from "../../core/model/capability/index.ts";
import { chartPath, limitsInForce } from "../../core/model/limits/index.ts";
import { restingOn } from "./capability-ground.ts";
import type { DeployedChart } from "./deployed.ts";
import { signalsOf, statedSignals, versionsOf } from "./ledger-said.ts";
import type { ChartPorts } from "./ports.ts";
import { readStudy } from "./read-study.ts";
import type { RemoteStudy } from "./study-thread.ts";

export interface OngoingAsked extends Pick<CapabilityAsked, "model" | "method"> {
  readonly period: Period;
  /** Of a period that is a number of subgroups: how many. */
  readonly subgroups: number;
  /** Of products without a specification of their own. */
  readonly specification: Specification;
}

export type OngoingPorts = Pick<ChartPorts, "ledger" | "pieces" | "model"> & {
  /** Nobody wants it any more: reading ends. */
  readonly dropped: () => boolean;
};

const DAY = 24 * 3_600_000;
/** So many subgroups are looked for in the last day first, and no further back than values are studied at all. */
const SPANS = [DAY, 7 * DAY, 31 * DAY] as const;

/** A signal that began longer before the period has been closed or is in every period. */
const LONGEST_SIGNAL = 7 * DAY;

/** Rejects while the historian is away, and when the thread has ended. */
export async function ongoingCapability(asked: OngoingAsked, one: DeployedChart, ports: OngoingPorts): Promise<OngoingFinding> {
  const { period } = asked;
  const last = period.from === null ? asked.subgroups : undefined;
  const { study, made } = await readMade(asked, one.chart.definition, ports, last);
  try {
    return await found(asked, one, ports, study, made);
  } finally {
    await study.close().catch(() => undefined);
  }
}

async function readMade(
  { period: { from, to } }: OngoingAsked,
  definition: ChartDefinition,
  ports: OngoingPorts,
  last: number | undefined,
): Promise<{ readonly study: RemoteStudy; readonly made: RecordedMaking }> {
  const spans = from === null ? SPANS : [to - from];
  for (const span of spans) {
    const study = await readStudy(ports, definition, { from: to - span, to }, { dropped: ports.dropped });
    const made = await study.made(last);
    if (last === undefined || made.subgroups >= last || span === spans.at(-1)) return { study, made };
    await study.close();
  }
  throw new Error("There is no time to read.");
}

async function found(
  { period, subgroups, specification, model, method }: OngoingAsked,
  one: DeployedChart,
  ports: OngoingPorts,
  study: RemoteStudy,
  made: RecordedMaking,
): Promise<OngoingFinding> {
  const { definition } = one.chart;
  const { to } = period;
  const from = period.from ?? made.from;
  const [product = null, ...others] = made.products;
  const versions = versionsFor(definition, await versionsOf(ports.ledger(), definition));
  const version = limitsInForce(versions, made.circumstances, to - 1);
  // An answer has the time at which its signal began.
  const said = await statedSignals(ports.ledger(), { from: (from ?? to) - LONGEST_SIGNAL, to });
  const signals = signalsOf(said, chartPath(definition));
  const ground = restingOn(one, { model: ports.model, signals }, version);
  const finding = { period, from, subgroups: made.subgroups, product: others.length === 0 ? product : null };
  const limitsVersion = ground.judged?.version ?? null;
  if (made.subgroups === 0) return { ...finding, limitsVersion, answer: withheld(refuse("TOO_FEW", { n: 0 })) };
  if (others.length > 0)
    return { ...finding, limitsVersion, answer: withheld(refuse("SEVERAL_PRODUCTS", { products: made.products.join(", ") })) };
  if (ground.judged === null) return { ...finding, limitsVersion, answer: withheld(refuse("NO_LIMITS_IN_FORCE")) };
  const known = product === null ? undefined : ports.model().products.get(product);
  const own = known === undefined ? {} : specificationOf(known, tagOf(definition));
  const { lower = null, upper = null, target = null } = specificationFor(own, specification);
  const asked = {
    from: from ?? to,
    to,
    scope: {},
    lower,
    upper,
    target,
    ...(model === undefined ? {} : { model }),
    ...(method === undefined ? {} : { method }),
    ...(period.from === null ? { last: subgroups } : {}),
  };
  return { ...finding, limitsVersion, answer: await study.capability(asked, ground) };
}
