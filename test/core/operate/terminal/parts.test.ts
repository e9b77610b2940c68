import assert from "node:assert/strict";
import { effectiveStops, type Stop, type StopStatement } from "../../../../core/operate/downtime/index.ts";
import { type Asking, lastOwn, shownEntries, shownParts } from "../../../../core/operate/terminal/index.ts";

const MINUTE = 60_000;
const NOW = 100 * MINUTE;
const ASKING: Asking = { wanted: () => true, shortestMs: 0, external: false };

const stop = (from: number, to: number | null, more: Partial<Stop> = {}): Stop => ({
  start: from * MINUTE,
  end: to === null ? null : to * MINUTE,
  bucket: "stop",
  state: "Stopped",
  text: null,
  reason: null,
  micro: false,
  ...more,
});
let sequence = 0;
function says(at: Stop, data: object, author = "anna"): StopStatement {
  sequence += 1;
  const common = { id: `entry-${String(sequence).padStart(4, "0")}`, made: NOW, seen_end: at.end };
  return { asset: "x", stop: at.start, author, recorded: NOW + sequence, sequence, data: { ...common, ...data } as StopStatement["data"] };
}
const names = (at: Stop, reason: string, author = "anna"): StopStatement =>
  says(at, { action: "assign", from: at.start, to: null, reason, bucket: "failure" }, author);
const shown = (stops: readonly Stop[], statements: readonly StopStatement[] = [], asking: Partial<Asking> = {}) =>
  shownParts(effectiveStops(stops, statements), statements, { ...ASKING, ...asking }, NOW);

const waits = (stops: readonly Stop[], asking: Partial<Asking> = {}): number[] =>
  shown(stops, [], asking).queue.map(({ start }) => start / MINUTE);
const before = (stops: readonly Stop[], statements: readonly StopStatement[]) => {
  const found = shown(stops, statements).done[0]?.before;
  return found && [found.reason, found.by, found.author];
};

describe("the stops that wait for a reason at a terminal", () => {
  it("are not those in which the machine waited for others, unless that is asked for", () => {
    const stops = [stop(10, 20), stop(30, 40, { bucket: "external", state: "Suspended" })];
    assert.deepEqual(waits(stops), [10]);
    assert.deepEqual(waits(stops, { external: true }), [30, 10]);
    assert.equal(shown(stops).done.length, 1, "it can still be given one");
  });

  it("are at least as long as the shortest that is asked for; one that lasts joins them when it has become so long", () => {
    const stops = [stop(10, 12), stop(20, 25), stop(97, null)];
    assert.deepEqual(waits(stops, { shortestMs: 3 * MINUTE }), [97, 20]);
    assert.deepEqual(waits(stops, { shortestMs: 3 * MINUTE + 1 }), [20]);
  });

  it("are neither micro-stops, nor outside planned time or in a closed period", () => {
    assert.deepEqual(waits([stop(10, 20), stop(30, 31, { micro: true })], { wanted: (from) => from > 20 * MINUTE }), []);
  });
});

describe("what was said before what holds now", () => {
  it("is the automatic reason, or that nobody knew one, under the first thing that a person said", () => {
    const automatic = stop(10, 20, { reason: "drive-fault" });
    assert.equal(before([automatic], []), null);
    assert.deepEqual(before([automatic], [names(automatic, "jam")]), ["drive-fault", "automatic", null]);
    assert.deepEqual(before([stop(10, 20)], [names(stop(10, 20), "jam")]), [null, "machine", null]);
  });

  it("is the last reason that a person gave, unless it was taken back; an override hides an assign that came later", () => {
    const at = stop(10, 20);
    const [jam, sensor] = [names(at, "jam", "ben"), names(at, "sensor")];
    assert.deepEqual(before([at], [jam, sensor]), ["jam", "operator", "ben"]);
    const back = says(at, { action: "revert", target: jam.data.id });
    assert.deepEqual(before([at], [jam, sensor, back]), [null, "machine", null]);
    const decided = says(at, { action: "override", from: at.start, to: null, reason: "cleaning", bucket: "plannedDown" }, "carla");
    assert.deepEqual(before([at], [jam, decided, names(at, "sensor")]), ["sensor", "operator", "anna"]);
  });

  it("is what really holds after a revert", () => {
    const at = stop(10, 20, { reason: "drive-fault" });
    const all = [names(at, "jam"), names(at, "sensor", "ben"), names(at, "jam", "carla")];
    for (let n = 1; n <= all.length; n += 1) {
      const said = all.slice(0, n);
      const [part] = shown([at], said).done;
      const without = effectiveStops([at], [...said, says(at, { action: "revert", target: part?.statement })]).stops[0]?.parts[0];
      assert.deepEqual([part?.before?.reason, part?.before?.by, part?.before?.author], [without?.reason, without?.by, without?.author]);
    }
  });
});

describe("the entries of a shift", () => {
  const at = stop(10, 20);

  it("say who, where, when and as which revision of the stop, the latest first, and what was taken back", () => {
    const jam = names(at, "jam", "ben");
    const offline = says(at, {
      action: "assign",
      from: at.start,
      to: null,
      reason: "sensor",
      bucket: "failure",
      queued: true,
      terminal: "hall2",
    });
    const back = says(at, { action: "revert", target: jam.data.id });
    assert.deepEqual(
      shownEntries([jam, offline, back], [], 0).map((one) => [one.action, one.author, one.terminal, one.revision, one.offline, one.holds]),
      [
        ["revert", "anna", null, 3, false, true],
        ["assign", "anna", "hall2", 2, true, true],
        ["assign", "ben", null, 1, false, false],
      ],
    );
    assert.equal(shownEntries([jam, offline, back], [], offline.recorded).length, 2, "those of the shift only");
  });

  it("are in order of recording also within one millisecond", () => {
    const all = [names(at, "jam"), names(at, "sensor")].map((one) => ({ ...one, recorded: NOW }));
    assert.deepEqual(
      shownEntries(all, [], 0).map(({ reason }) => reason),
      ["sensor", "jam"],
    );
  });

  it("offer a person their own last one that holds, and nobody else's", () => {
    const [first, second, third] = [names(at, "jam"), names(at, "sensor"), names(at, "jam", "ben")];
    assert.equal(lastOwn(shownEntries([first, second, third], [], 0), "anna")?.id, second.data.id);
    const back = says(at, { action: "revert", target: second.data.id }, "ben");
    assert.equal(lastOwn(shownEntries([first, second, third, back], [], 0), "anna")?.id, first.data.id);
    assert.equal(lastOwn(shownEntries([first], [], 0), "carla"), undefined);
  });
});
