/** Capability of what a chart charts, over a range of recorded values; the chart must vouch for them, or it is refused. A person may record it. */
import type { Person } from "../../core/govern/identity/index.ts";
import {
  type CapabilityAnswer,
  capabilityData,
  type ChartDeed,
  recordedCapability,
  type RecordedCapability,
  recordingFault,
  sayCharting,
  type ShownSignal,
  SPC_CAPABILITY,
  versionsFor,
} from "../../core/model/charting/index.ts";
import { chartPath, limitsInForce, type LimitsVersion } from "../../core/model/limits/index.ts";
import type { Answer } from "../shared-screen/index.ts";
import { hasCapability, restingOn } from "./capability-ground.ts";
import type { DeployedChart } from "./deployed.ts";
import type { ChartPorts } from "./ports.ts";
import type { Readings } from "./readings.ts";
import { notRecorded, refused } from "./refusing.ts";

type Recorded = Extract<ChartDeed, { readonly action: "record-capability" }>;
type Asked = Omit<Extract<ChartDeed, { readonly action: "capability" }>, "action">;

export interface CapabilityDeskGround extends Pick<ChartPorts, "model" | "now"> {
  readonly readings: Readings;
  readonly versions: readonly LimitsVersion[];
  readonly signals: readonly ShownSignal[];
}

const LONGEST_MS = 31 * 24 * 3_600_000;
const MOST_RECORDED = 20;

/** 202 with the progress while values are being read and computed: ask again. */
export async function stateCapability(asked: Asked, one: DeployedChart, ground: CapabilityDeskGround): Promise<Answer> {
  const { definition } = one.chart;
  const { from, to } = asked;
  if (!hasCapability(definition)) return refused(422, "NOT_MEASURED", sayCharting("notMeasured"));
  if (from >= to || to - from > LONGEST_MS) return refused(400, "BAD_WINDOW", sayCharting("capabilityWindow"));
  const rests = restingOn(one, ground, inForce(one.chart, asked.scope, ground));
  const read = await ground.readings.ask(
    {
      key: `${chartPath(definition)} ${from} ${to}`,
      question: [asked, rests.judged?.version, rests.closed],
      definition,
      window: { from, to },
    },
    (study) => study.capability(asked, rests),
  );
  return "progress" in read ? { status: 202, body: read } : { status: 200, body: read.found };
}

/**
 * The study computed here once more, as a statement under the person's name. What is refused is no study that anybody could
 * stand for. 202 with the progress while values are being read: send it again.
 */
export async function recordCapability(
  person: Person,
  { id, made: _made, comment, action: _action, ...asked }: Recorded,
  one: DeployedChart,
  ground: CapabilityDeskGround & Pick<ChartPorts, "state" | "ledger"> & { readonly unit: string | null },
): Promise<Answer> {
  const { asset, chart, given } = one.chart.definition;
  const fault = recordingFault(asset, person);
  if (fault !== undefined) return refused(403, "REFUSED", fault);
  const path = chartPath(one.chart.definition);
  const before = (await recordedCapabilities(ground.ledger(), path)).find((known) => known.id === id);
  if (before !== undefined) return { status: 200, body: before };
  const answer = await stateCapability(asked, one, ground);
  if (answer.status !== 200) return answer;
  const body = answer.body as CapabilityAnswer;
  if (body.refused !== null) return refused(422, "NOT_STATED", body.refused);
  const { from, to, scope, explained = [] } = asked;
  const limits_version = inForce(one.chart, scope, ground)?.version ?? (given === null ? null : 0);
  const data = capabilityData(
    { id, asset, chart, from, to, scope, unit: ground.unit, limits_version, comment, ...(explained.length === 0 ? {} : { explained }) },
    body.stated,
  );
  const at = ground.now();
  const statement = { kind: SPC_CAPABILITY, asset: path, start: at, end: at, data };
  const { entries, rejects } = await ground.state([statement], { author: person.name, reason: comment });
  const [recorded] = entries.flatMap((entry) => recordedCapability(entry) ?? []);
  if (recorded !== undefined) return { status: 200, body: recorded };
  return notRecorded(rejects, sayCharting("studyNotRecorded"));
}

/** The newest first. */
export async function recordedCapabilities(ledger: ReturnType<ChartPorts["ledger"]>, path: string): Promise<RecordedCapability[]> {
  const entries = await ledger.latest({ kind: SPC_CAPABILITY, asset: path, limit: MOST_RECORDED, newest: true });
  return entries.flatMap((entry) => recordedCapability(entry) ?? []).toReversed();
}

function inForce(
  { definition, circumstances }: DeployedChart["chart"],
  scope: Asked["scope"],
  { versions, now }: CapabilityDeskGround,
): LimitsVersion | undefined {
  return limitsInForce(versionsFor(definition, versions), { ...circumstances, ...scope }, now());
}
