/** Bad input: a clear reject or visible unknown time, never a silent "running". */
import type { Sample } from "../../../core/connect/sample/index.ts";
import { type AssignedStretch, type OeeAtomEvent, OeeCalculator } from "../../../core/operate/oee/index.ts";
import { ASSET, machine, MINUTE, sample, T0 } from "../../support/oee-line.ts";
import type { Proof, ProofResult } from "../proof.ts";

const MINUTES = 30;
const plain = machine({ microStopMs: 0 });

/** Half an hour of production, seen every 20 s, with `bad` among it. */
function after(bad: readonly Sample[], without: (time: number) => boolean = () => false): { events: OeeAtomEvent[]; codes: string[] } {
  const calculator = new OeeCalculator(plain);
  const beats = Array.from({ length: MINUTES * 3 + 4 }, (_, i) => sample("heartbeat", T0 + i * 20_000, i));
  const good = [sample("state", T0, 6), sample("product", T0, "still"), ...beats.filter(({ timestamp }) => !without(timestamp))];
  const first = calculator.push(good);
  const second = calculator.push(bad, { latest: T0 + 2 * MINUTES * MINUTE });
  const events = calculator.tick(T0 + (MINUTES + 1) * MINUTE).filter(({ start }) => start < T0 + MINUTES * MINUTE);
  return { events, codes: [...first.rejects, ...second.rejects].map(({ code }) => code) };
}

const minutesOf = (events: readonly OeeAtomEvent[], field: "unknown_ms" | "producing_ms" | "total"): number =>
  events.reduce((all, { data }) => all + data[field], 0) / (field === "total" ? 1 : MINUTE);

function refused(what: string, bad: readonly Sample[], code: string, count = bad.length): ProofResult {
  const { events, codes } = after(bad);
  const [total, unknown] = [minutesOf(events, "total"), minutesOf(events, "unknown_ms")];
  return {
    claim: `${what}: refused with a reason, nothing counted`,
    figure: `${codes.filter((one) => one === code).length} × ${code}, ${total} units, ${unknown} min unknown`,
    bound: `${count} × ${code}, 0 units, 0 min`,
    pass: codes.length === count && codes.every((one) => one === code) && total === 0 && unknown === 0,
  };
}

function unknownFor(what: string, minutes: number, { events, codes }: ReturnType<typeof after>, code?: string): ProofResult {
  const unknown = minutesOf(events, "unknown_ms");
  return {
    claim: `${what}: unknown time, never running`,
    figure: `${unknown.toFixed(3)} min unknown${codes.length > 0 ? `, ${codes.join(", ")}` : ""}`,
    bound: `${minutes.toFixed(3)} min${code === undefined ? "" : `, ${code}`}`,
    pass: unknown === minutes && codes.join() === (code ?? ""),
  };
}

/** Time that goes backwards: the source sends everything again and in reverse. */
function backwards(): ProofResult {
  const samples = Array.from({ length: MINUTES * 60 }, (_, i) => sample("processed_count", T0 + i * 1_000, i));
  const [inOrder, reversed] = [after(samples), after(samples.toReversed())];
  const same = JSON.stringify(inOrder.events) === JSON.stringify(reversed.events);
  return {
    claim: "time that goes backwards: the same minutes as in order",
    figure: `${same ? "equal" : "different"}, ${minutesOf(reversed.events, "total")} units`,
    bound: `equal, ${MINUTES * 60 - 1} units`,
    pass: same && reversed.codes.length === 0 && minutesOf(reversed.events, "total") === MINUTES * 60 - 1,
  };
}

const stretch = (start: number, end: number): AssignedStretch => ({ start: T0 + start, end: T0 + end, bucket: "failure" });

function overlapping(): ProofResult {
  const calculator = new OeeCalculator(plain);
  const before = JSON.stringify(calculator.state());
  const results = [
    [stretch(0, 2 * MINUTE), stretch(MINUTE, 3 * MINUTE)],
    [stretch(0, 99 * MINUTE)],
    [stretch(MINUTE, MINUTE)],
    [{ ...stretch(0, MINUTE), bucket: "lunch" } as unknown as AssignedStretch],
  ].map((stretches) => calculator.assign(T0, T0 + 10 * MINUTE, stretches));
  const faults = results.filter((one) => "fault" in one).length;
  return {
    claim: "manual reasons that overlap, leave their range or name no use of time: refused with a sentence, nothing changed",
    figure: `${faults} of ${results.length} refused, state ${JSON.stringify(calculator.state()) === before ? "unchanged" : "changed"}`,
    bound: "all, unchanged",
    pass: faults === results.length && JSON.stringify(calculator.state()) === before,
  };
}

export const badInput: Proof = {
  title: `bad input to the OEE of ${ASSET}`,
  async run() {
    const at = T0 + 10 * MINUTE;
    return [
      refused(
        "negative counts, fractions and counts beyond the range",
        [sample("processed_count", at, -1), sample("processed_count", at, 65_536)],
        "OUT_OF_RANGE",
      ),
      refused("counts that are no whole number", [sample("processed_count", at, 1.5), sample("processed_count", at, "12")], "WRONG_TYPE"),
      refused("times that are no time", [sample("heartbeat", 0.5, 1), sample("heartbeat", Number.NaN, 1)], "BAD_TIMESTAMP"),
      refused("a time far in the future", [sample("heartbeat", T0 + 9_999 * MINUTE, 1)], "FUTURE_TIMESTAMP"),
      unknownFor("an unknown state code", 5, after([sample("state", at, 99), sample("state", at + 5 * MINUTE, 6)]), "UNKNOWN_STATE"),
      unknownFor(
        "a unit mode without a name",
        5,
        after([sample("unit_mode", at, 77), sample("unit_mode", at + 5 * MINUTE, 1)]),
        "UNKNOWN_STATE",
      ),
      unknownFor("a state of quality Bad", 5, after([sample("state", at, null, "Bad"), sample("state", at + 5 * MINUTE, 6)])),
      unknownFor(
        "a gap in the data",
        7,
        after([], (time) => time > at && time < at + 7 * MINUTE),
      ),
      backwards(),
      overlapping(),
    ];
  },
};
