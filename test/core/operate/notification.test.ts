import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Value } from "typebox/value";
import type { JsonObject } from "../../../core/connect/event/index.ts";
import { type AlarmPriority, ALARM_STATE } from "../../../core/operate/alarm/index.ts";
import {
  compose,
  type Composed,
  fillTemplate,
  isOnCall,
  NOTIFICATION_SENT_DATA,
  type NotificationSentEvent,
  Notifier,
  type NotifierOptions,
  type NotifierState,
  readTemplate,
  type Recipient,
  type ShiftNow,
  type ToldAlarm,
  WEBHOOK_PRESETS,
  type Words,
} from "../../../core/operate/notification/index.ts";

const LINE = "acme.galway.bottling.line01";
const FILLER = `${LINE}.filler01`;
const T0 = 1_760_000_000_000;
const MINUTE = 60_000;

function recipient(over: Partial<Recipient> = {}): Recipient {
  return { name: "mary", channel: "mail", address: "mary@plant.example", priority: "low", place: "", shifts: [], afterMs: 0, ...over };
}

function options(recipients: readonly Recipient[], over: Partial<NotifierOptions> = {}): NotifierOptions {
  return { recipients, gatherMs: 10_000, quietMs: 2 * MINUTE, giveUpMs: 60 * MINUTE, asset: "acme.galway.notify", ...over };
}

interface Said {
  readonly alarm?: string;
  readonly at?: number;
  readonly state?: string;
  readonly end?: number | null;
  readonly priority?: AlarmPriority;
  readonly asset?: string;
  readonly recorded?: number;
  readonly inhibited?: JsonObject | null;
}

/** An entry of the ledger as a twin-alarm states it. */
function entry({
  alarm = "a",
  at = 0,
  state = "unacknowledged",
  end = null,
  priority = "medium",
  asset = FILLER,
  recorded,
  inhibited = null,
}: Said = {}) {
  const data = {
    asset,
    alarm,
    state,
    active: true,
    priority,
    class: "process",
    source: "high",
    message: `Alarm ${alarm}`,
    tag: null,
    value: 512,
    limit: 510,
    unit: "g",
    returned: null,
    acknowledged: null,
    inhibited,
    group: null,
    first_out: null,
    realarms: 0,
  };
  return {
    kind: ALARM_STATE,
    asset: `${asset}.${alarm}`,
    start: T0 + at,
    end: end === null ? null : T0 + end,
    data,
    recorded: T0 + (recorded ?? at),
  };
}

const ALWAYS: ShiftNow = () => undefined;
const OK = { ok: true, detail: "250 taken" } as const;
const REFUSED = { ok: false, permanent: false, detail: "connection refused" } as const;

/** Runs a notifier second by second; every message is answered as `answer` says. */
class Plant {
  notifier: Notifier;
  readonly statements: NotificationSentEvent[] = [];
  readonly sent: { readonly at: number; readonly to: string; readonly alarms: readonly string[]; readonly more: number }[] = [];
  readonly #options: NotifierOptions;
  #now = 0;
  answer: (attempt: number) => typeof OK | { readonly ok: false; readonly permanent: boolean; readonly detail: string } = () => OK;

  constructor(given: NotifierOptions) {
    this.#options = given;
    this.notifier = new Notifier(given);
  }

  hear(...said: Said[]): void {
    for (const one of said) this.notifier.hear(entry(one));
  }

  runTo(end: number, shift: ShiftNow = ALWAYS): void {
    for (; this.#now <= end; this.#now += 1_000) {
      const now = T0 + this.#now;
      this.statements.push(...this.notifier.tick(now, shift).withdrawn);
      for (const { created, recipient: to, alarms, more, attempts } of this.notifier.due(now)) {
        const outcome = this.answer(attempts);
        if (outcome.ok)
          this.sent.push({ at: this.#now, to: to.name, alarms: alarms.map(({ path }) => path.slice(FILLER.length + 1)), more });
        const said = this.notifier.attempted(created, outcome, now);
        if (said !== undefined) this.statements.push(said);
      }
    }
  }

  /** The process dies and comes up with what was on disk. */
  restart(): void {
    this.notifier = new Notifier(this.#options, JSON.parse(JSON.stringify(this.notifier.state())) as NotifierState);
  }
}

describe("notification: who is told", () => {
  it("everybody on call for this place from this priority on, once, however often it recurs before anybody acknowledges", () => {
    const plant = new Plant(
      options([
        recipient(),
        recipient({ name: "other line", place: `${LINE}.capper01` }),
        recipient({ name: "prefix only", place: FILLER.slice(0, -1) }),
        recipient({ name: "serious only", priority: "high" }),
        recipient({ name: "line", place: LINE }),
      ]),
    );
    plant.hear({});
    plant.runTo(30_000);
    plant.hear({ state: "rtn-unacknowledged" }, { state: "unacknowledged", end: 40_000 }, { at: 40_000 });
    plant.runTo(10 * MINUTE);
    assert.deepEqual(
      plant.sent.map(({ to, alarms }) => [to, alarms]),
      [
        ["mary", ["a"]],
        ["line", ["a"]],
      ],
    );
  });

  it("again when it comes back after somebody had acknowledged it", () => {
    const plant = new Plant(options([recipient()]));
    plant.hear({});
    plant.runTo(30_000);
    plant.hear({ state: "acknowledged" }, { state: "normal", end: 40_000 }, { at: 200_000 });
    plant.runTo(5 * MINUTE);
    assert.equal(plant.sent.length, 2);
  });

  it("nobody of what is inhibited, or was acknowledged before the message was complete", () => {
    const plant = new Plant(options([recipient()]));
    plant.hear({ state: "shelved", inhibited: { by: "joe", at: T0, comment: "c", until: null } }, { alarm: "b" });
    plant.runTo(5_000);
    plant.hear({ alarm: "b", state: "acknowledged" });
    plant.runTo(5 * MINUTE);
    assert.deepEqual(plant.sent, []);
  });

  it("by shift: who is on call now, and who comes on call while it still waits", () => {
    const plant = new Plant(
      options([recipient({ name: "early", shifts: ["early"] }), recipient({ name: "late", shifts: ["late", "off"] })]),
    );
    plant.hear({});
    plant.runTo(MINUTE, () => "early");
    assert.deepEqual(
      plant.sent.map(({ to }) => to),
      ["early"],
    );
    plant.runTo(2 * MINUTE, () => "late");
    assert.deepEqual(
      plant.sent.map(({ to }) => to),
      ["early", "late"],
    );
    assert.ok(isOnCall(recipient({ shifts: ["off"] }), null));
    assert.ok(!isOnCall(recipient({ shifts: ["early"] }), null));
    assert.ok(isOnCall(recipient({ shifts: ["early"] }), undefined), "without a calendar an alarm must not fall between two shifts");
  });
});

describe("notification: escalation", () => {
  const chain = options([
    recipient(),
    recipient({ name: "chief", afterMs: 10 * MINUTE }),
    recipient({ name: "manager", afterMs: 30 * MINUTE }),
  ]);

  it("goes up when nobody has acknowledged for so long, counting over recurrences", () => {
    const plant = new Plant(chain);
    plant.hear({});
    plant.runTo(5 * MINUTE);
    plant.hear({ state: "unacknowledged", end: 5 * MINUTE }, { at: 5 * MINUTE });
    plant.runTo(60 * MINUTE);
    assert.deepEqual(
      plant.sent.map(({ to, at }) => [to, at]),
      [
        ["mary", 10_000],
        ["chief", 10 * MINUTE + 10_000],
        ["manager", 30 * MINUTE + 10_000],
      ],
    );
  });

  it("ends with the acknowledgement", () => {
    const plant = new Plant(chain);
    plant.hear({});
    plant.runTo(9 * MINUTE);
    plant.hear({ state: "acknowledged" });
    plant.runTo(60 * MINUTE);
    assert.deepEqual(
      plant.sent.map(({ to }) => to),
      ["mary"],
    );
  });
});

describe("notification: storms", () => {
  it("one message for what comes together, then one for all that comes in the quiet after it", () => {
    const plant = new Plant(options([recipient()]));
    for (let i = 0; i < 30; i += 1) plant.hear({ alarm: `n${i}`, at: i });
    plant.runTo(20_000);
    for (let i = 30; i < 130; i += 1) plant.hear({ alarm: `n${i}`, at: 20_000 + i });
    plant.runTo(10 * MINUTE);
    assert.deepEqual(
      plant.sent.map(({ at, alarms, more }) => [at, alarms.length, more]),
      [
        [10_000, 30, 0],
        [130_000, 50, 50],
      ],
    );
  });

  it("what is more serious than the last message does not wait for the quiet to end", () => {
    const plant = new Plant(options([recipient()]));
    plant.hear({ alarm: "small", priority: "low" });
    plant.runTo(20_000);
    plant.hear({ alarm: "same", priority: "low", at: 21_000 }, { alarm: "grave", priority: "critical", at: 21_000 });
    plant.runTo(40_000);
    assert.deepEqual(plant.sent.at(-1)?.alarms, ["grave", "same"]);
  });

  it("names the most serious of more than it can name, and a critical alarm after the fiftieth waits for no quiet", () => {
    const plant = new Plant(options([recipient()]));
    plant.hear({ alarm: "first", priority: "medium" });
    plant.runTo(20_000);
    for (let i = 0; i < 60; i += 1) plant.hear({ alarm: `n${i}`, at: 21_000, priority: "medium" });
    plant.hear({ alarm: "grave", at: 21_000, priority: "critical" });
    plant.runTo(40_000);
    const last = plant.sent.at(-1);
    assert.deepEqual([last?.alarms.length, last?.alarms[0], last?.more], [50, "grave", 11]);
  });

  it("goes on when all that it could name was acknowledged, and names what it only counted", () => {
    const plant = new Plant(options([recipient()]));
    plant.hear({ alarm: "first" });
    plant.runTo(20_000);
    for (let i = 0; i < 60; i += 1) plant.hear({ alarm: `n${i}`, at: 21_000 + i });
    plant.runTo(30_000);
    for (let i = 0; i < 50; i += 1) plant.hear({ alarm: `n${i}`, at: 21_000 + i, state: "acknowledged" });
    plant.restart();
    plant.runTo(10 * MINUTE);
    const last = plant.sent.at(-1);
    assert.deepEqual([last?.alarms[0], last?.alarms.length, last?.more], ["n50", 10, 0]);
    const { last: told } = JSON.parse(JSON.stringify(plant.notifier.state())) as NotifierState;
    assert.equal(typeof told["mary"]?.rank, "number");
  });

  it("waits no more for an alarm that was shelved while it was down", () => {
    const plant = new Plant(options([recipient({ afterMs: MINUTE })]));
    plant.hear({ alarm: "a" });
    plant.runTo(5_000);
    plant.restart();
    const shelved = entry({ alarm: "a", at: 6_000, state: "shelved", inhibited: { by: "mary", at: T0, comment: "c", until: T0 + MINUTE } });
    plant.notifier.reconcile([{ ...shelved, id: 1, revision: 1, author: "node:x", reason: "r" }]);
    plant.runTo(10 * MINUTE);
    assert.deepEqual([plant.sent.length, plant.notifier.waiting], [0, 0]);
  });
});

describe("notification: delivery", () => {
  it("is tried again with growing intervals, over a restart too, and every attempt is stated", () => {
    const plant = new Plant(options([recipient()]));
    plant.answer = (attempt) => (attempt < 3 ? REFUSED : OK);
    plant.hear({});
    plant.runTo(12_000);
    plant.restart();
    plant.runTo(5 * MINUTE);
    assert.deepEqual(
      plant.statements.map(({ start, end, data }) => [
        start - T0,
        end === null ? null : end - T0,
        data.outcome,
        data.attempts,
        data.detail,
      ]),
      [
        [10_000, null, "retrying", 1, "connection refused"],
        [10_000, null, "retrying", 2, "connection refused"],
        [10_000, null, "retrying", 3, "connection refused"],
        [10_000, 24_000, "delivered", 4, "250 taken"],
      ],
    );
    for (const { data } of plant.statements) assert.ok(Value.Check(NOTIFICATION_SENT_DATA, data));
    assert.equal(plant.sent.length, 1);
  });

  it("is given up after the time for it, or at once where trying again cannot help; the next one in the chain is told all the same", () => {
    const plant = new Plant(options([recipient(), recipient({ name: "chief", afterMs: 90 * MINUTE })]));
    plant.answer = () => REFUSED;
    plant.hear({});
    plant.runTo(80 * MINUTE);
    assert.equal(plant.statements.at(-1)?.data.outcome, "failed");
    assert.ok(plant.statements.length < 25);
    plant.answer = () => ({ ...REFUSED, permanent: true });
    plant.runTo(95 * MINUTE);
    const last = plant.statements.at(-1)?.data;
    assert.deepEqual([last?.recipient, last?.outcome, last?.attempts], ["chief", "failed", 1]);
    assert.equal(plant.notifier.undelivered, 0);
  });

  it("is withdrawn when everything in it was acknowledged meanwhile", () => {
    const plant = new Plant(options([recipient()]));
    plant.answer = () => REFUSED;
    plant.hear({});
    plant.runTo(20_000);
    plant.hear({ state: "acknowledged" });
    plant.answer = () => OK;
    plant.runTo(5 * MINUTE);
    assert.deepEqual([plant.statements.at(-1)?.data.outcome, plant.sent], ["withdrawn", []]);
  });

  it("two messages never share a start, so none is recorded as a revision of another", () => {
    const plant = new Plant(options([recipient(), recipient({ name: "joe" })]));
    plant.hear({});
    plant.runTo(20_000);
    const starts = plant.statements.map(({ start }) => start);
    assert.equal(new Set(starts).size, 2);
  });

  it("a restart at any second tells everybody of everything exactly once; what was acknowledged while it was down is told to nobody", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(120), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(100), { minLength: 1, maxLength: 12 }),
        (cuts, alarms) => {
          const plant = new Plant(options([recipient(), recipient({ name: "chief", afterMs: MINUTE })]));
          plant.answer = (attempt) => (attempt === 0 ? REFUSED : OK);
          for (let second = 0; second <= 600; second += 1) {
            for (const [i, at] of alarms.entries()) if (at === second) plant.hear({ alarm: `n${i}`, at: second * 1_000 });
            plant.runTo(second * 1_000);
            if (cuts.includes(second)) plant.restart();
          }
          for (const name of ["mary", "chief"]) {
            const told = plant.sent.filter(({ to }) => to === name).flatMap((message) => message.alarms);
            assert.deepEqual(told.toSorted(), alarms.map((_, i) => `n${i}`).toSorted());
          }
        },
      ),
      { numRuns: 25 },
    );
    const plant = new Plant(options([recipient()]));
    plant.hear({}, { alarm: "b" });
    plant.restart();
    plant.notifier.reconcile([{ ...entry({ alarm: "b" }), id: 1, revision: 1, author: "x", reason: "r" }]);
    plant.runTo(MINUTE);
    assert.deepEqual(
      plant.sent.map(({ alarms }) => alarms),
      [["b"]],
    );
  });
});

const told = (over: Partial<ToldAlarm> = {}): ToldAlarm => ({
  path: `${FILLER}.a`,
  asset: FILLER,
  start: T0,
  priority: "medium",
  message: "Too much",
  value: "512 g",
  limit: "510",
  ...over,
});

describe("notification: what is said", () => {
  const words: Words = {
    priority: (priority) => priority.toUpperCase(),
    equipment: () => "Filler 1",
    clock: () => "14:02",
    many: (count, first) => `${count} alarms: ${first}`,
    more: (count) => `and ${count} more`,
    limit: (limit) => `limit ${limit}`,
    again: (times) => `again ${times}`,
    unacknowledged: (minutes) => `Nobody for ${minutes} min.`,
    link: "http://twin/alarms",
  };
  const say = (alarms: readonly ToldAlarm[], more = 0, escalated = 0): Composed => compose(alarms, more, escalated, words);

  it("the most serious first, with place, time and value; many are counted", () => {
    assert.deepEqual(say([told()]), {
      subject: "MEDIUM: Too much (Filler 1)",
      text: "14:02  MEDIUM  Filler 1: Too much [512 g, limit 510]\n\nhttp://twin/alarms",
      priority: "medium",
    });
    const again = say([told({ again: 2 })]);
    assert.deepEqual(
      [again.subject, again.text.split("\n")[0]],
      ["MEDIUM: Too much (again 2) (Filler 1)", "14:02  MEDIUM  Filler 1: Too much (again 2) [512 g, limit 510]"],
    );
    const storm = say([...Array.from({ length: 30 }, () => told()), told({ priority: "critical", message: "Fire" })], 9, 12 * MINUTE);
    assert.equal(storm.subject, "40 alarms: CRITICAL: Fire");
    assert.match(storm.text, /^Nobody for 12 min\.\n\n14:02 {2}CRITICAL/);
    assert.match(storm.text, /and 20 more/);
  });

  it("a subject is one line, whatever an alarm's message holds", () => {
    assert.equal(say([told({ message: "a\r\nBcc: everybody\u2028b" })]).subject, "MEDIUM: a Bcc: everybody b (Filler 1)");
  });

  it("templates put values into texts, so nothing breaks out of its place, and numbers stay numbers", () => {
    const values = { to: "line1", subject: '"},{"x":"', text: "{{to}}", priority: "high", urgency: 4, count: 1, asset: FILLER, link: "" };
    assert.deepEqual(fillTemplate(WEBHOOK_PRESETS.ntfy, values), {
      topic: "line1",
      title: '"},{"x":"',
      message: "{{to}}",
      priority: 4,
      tags: ["bell"],
    });
    assert.match(JSON.stringify(fillTemplate(WEBHOOK_PRESETS.teams, values)), /AdaptiveCard/);
    assert.deepEqual(fillTemplate({ a: ["{{ count }} of {{to}}"] }, values), { a: ["1 of line1"] });
  });

  it("says what is wrong with a template of one's own", () => {
    assert.match((readTemplate("{") as { fault: string }).fault, /not JSON/);
    assert.match((readTemplate('{"a": "{{password}}"}') as { fault: string }).fault, /asks for \{\{password\}\}/);
    assert.match((readTemplate(`"${"x".repeat(20_000)}"`) as { fault: string }).fault, /longer than/);
    assert.deepEqual(readTemplate('{"a": "{{to}}"}'), { template: { a: "{{to}}" } });
  });
});
