/** What raised an alarm as people are shown and told it: value, limit and unit, and who is called again. */
import assert from "node:assert/strict";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import { alarmCondition, type AlarmConditionData, Alarms, displayed } from "../../../core/operate/alarm/index.ts";
import { Notifier } from "../../../core/operate/notification/index.ts";
import { ack, ASSET, definition, entry, Line, PLANT, T0, value } from "../../support/alarm-line.ts";

const FAHRENHEIT = new Map([
  ["Cel", "[degF]"],
  ["bar", "kPa"],
]);
const MARY = { name: "mary", channel: "mail", address: "mary@plant.example", priority: "low", place: "", shifts: [], afterMs: 0 } as const;

function notifier(display?: ReadonlyMap<string, string>): Notifier {
  const options = { recipients: [MARY], gatherMs: 0, quietMs: 0, giveUpMs: 60_000, asset: "acme.galway.notify" };
  return new Notifier({ ...options, display: () => display });
}

/** Hears what was stated, and says what a message would name. */
function tells(told: Notifier, at: number, ...entries: readonly LedgerEntry[]): string[] {
  for (const one of entries) told.hear(one);
  told.tick(T0 + at, () => undefined);
  const due = told.due(T0 + at);
  for (const { created } of due) told.attempted(created, { ok: true, detail: "" }, T0 + at);
  return due.flatMap(({ alarms }) => alarms.map(({ value: shown, limit, again }) => [shown, limit ?? [], again ?? []].flat().join(", ")));
}

describe("alarm: value and unit as people see them", () => {
  it("are in the display unit of the site, the limit too", () => {
    const stated = { source: "high", value: 100, limit: 80, unit: "Cel" };
    assert.deepEqual(displayed(stated, FAHRENHEIT), { value: 212, limit: 176, unit: "[degF]" });
    assert.deepEqual(displayed(stated), { value: 100, limit: 80, unit: "Cel" });
    assert.deepEqual(displayed({ ...stated, unit: "g", limit: null }, FAHRENHEIT), { value: 100, limit: null, unit: "g" });
    assert.deepEqual(displayed({ ...stated, value: "Aborted" }, FAHRENHEIT), { value: "Aborted", limit: 80, unit: "Cel" });
  });

  it("of a condition, which may be a difference of two temperatures, are shifted never and scaled only", () => {
    assert.deepEqual(displayed({ source: "condition", value: 3, limit: null, unit: "Cel" }, FAHRENHEIT), {
      value: 3,
      limit: null,
      unit: "Cel",
    });
    assert.deepEqual(displayed({ source: "condition", value: 3, limit: 2, unit: "bar" }, FAHRENHEIT), {
      value: 300,
      limit: 200,
      unit: "kPa",
    });
  });

  it("are told so in messages, with the digits that a sensor has", () => {
    const line = new Line(definition({ unit: "bar" }));
    const [raised] = line.push(value(0, 11.199999809265137)).map(entry);
    assert.ok(raised);
    assert.deepEqual(tells(notifier(), 0, raised), ["11.2 bar, 10"]);
    assert.deepEqual(tells(notifier(FAHRENHEIT), 0, raised), ["1120 kPa, 1000"]);
  });
});

const say = (alarms: Alarms, at: number, data: Partial<AlarmConditionData>) =>
  alarms.push(alarmCondition(ASSET, T0 + at, { alarm: "spc_weight", active: true, ...data }), T0 + at).events;

describe("alarm: what another node says of an alarm", () => {
  it("its unit is stated with and without a row, and told", () => {
    for (const rows of [[], [definition({ alarm: "spc_weight", source: { kind: "condition" } })]]) {
      const [raised] = say(new Alarms(rows, PLANT, { node: "n" }), 0, { value: 512.4, unit: "g" });
      assert.equal(raised?.data.unit, "g");
      assert.ok(raised);
      assert.deepEqual(tells(notifier(), 0, entry(raised)), ["512.4 g"]);
    }
  });

  it("decides about the next annunciation where no row does: a priority that somebody has raised since is not the old one for ever", () => {
    const alarms = new Alarms([], PLANT, { node: "n" });
    const priorities = (at: number, data: Partial<AlarmConditionData>): unknown[] =>
      say(alarms, at, data).map(({ data: { priority } }) => priority);
    assert.deepEqual(priorities(0, { priority: "low" }), ["low"]);
    assert.deepEqual(priorities(1_000, { active: false }), ["low"], "an ending says nothing of it");
    assert.deepEqual(priorities(2_000, { priority: "high" }), ["low", "high"]);
    const kept = JSON.parse(JSON.stringify(alarms.state())) as ReturnType<Alarms["state"]>;
    const again = new Alarms([], PLANT, { node: "n" }, kept, T0);
    say(again, 3_000, { active: false });
    assert.equal(say(again, 4_000, { priority: "high" }).at(-1)?.data.priority, "high");
    const row = new Alarms([definition({ alarm: "spc_weight", source: { kind: "condition" } })], PLANT, { node: "n" });
    assert.equal(say(row, 0, { priority: "critical" })[0]?.data.priority, "medium");
  });
});

describe("alarm: who is called by a re-alarm", () => {
  it("everybody whom it concerns once more, from the beginning of the chain", () => {
    const line = new Line(definition({ realarmMs: 3_600_000 }));
    const told = notifier();
    assert.equal(tells(told, 0, ...line.push(value(0, 11)).map(entry)).length, 1);
    assert.equal(tells(told, 1_000, ...line.respond(ack(0, 1_000)).map(entry)).length, 0);
    assert.equal(told.waiting, 0);
    assert.deepEqual(tells(told, 3_601_000, ...line.tick(3_601_000).map(entry)), ["11, 10, 1"], "and that it is not the first time");
    assert.equal(told.waiting, 1);
  });
});
