import assert from "node:assert/strict";
import { createRequire } from "node:module";
import helper from "node-red-node-test-helper";
import type { Sample } from "../../core/connect/sample/index.ts";
import { SPC_SIGNAL } from "../../core/model/limits/index.ts";
import type { AlarmStateEvent } from "../../core/operate/alarm/index.ts";
import { fields, readConfiguration } from "../../nodes/kit/configuration.ts";
import { AdminRefusal } from "../../nodes/kit/node.ts";
import { behind } from "../../nodes/kit/running.ts";
import { fill } from "../../nodes/kit/texts.ts";
import { ruleIn } from "../../nodes/model/charts/conditions.ts";
import { endpoints } from "../../nodes/model/twin-spc/endpoints.ts";
import german from "../../nodes/model/twin-spc/locales/de/twin-spc.json" with { type: "json" };
import declaration from "../../nodes/model/twin-spc/twin-spc.node.ts";
import { answering, apiOf, HISTORIAN, turns } from "../support/node-bench.ts";
import { beat, bench, drawn, FILLER, MINUTE, sample, SECOND, send, T0, told, weights } from "../support/spc-node.ts";

const require = createRequire(import.meta.url);
const GERMAN: Readonly<Record<string, string>> = german["twin-spc"].texts;

/** The form of a new node, and what was typed into it. */
function form(over: object = {}): object {
  return {
    ...Object.fromEntries(fields(declaration).flatMap(([key, field]) => (field.default === undefined ? [] : [[key, field.default]]))),
    plant: "galway",
    target: FILLER,
    chart: "fill-weight",
    tag: "fill_weight",
    ...over,
  };
}

/** What the dialog asks, of nodes that are deployed. */
async function ask(what: string, body: unknown, apis: Readonly<Record<string, unknown>> = {}): Promise<Record<string, unknown>> {
  const endpoint = endpoints.find(({ path: at }) => at === `spc/${what}`) ?? assert.fail(what);
  const person = { name: "quinn", label: "Quinn", roles: ["quality"], scope: ["*"] } as const;
  const find = <T>(id: string): T => {
    if (Object.hasOwn(apis, id)) return apis[id] as T;
    throw new AdminRefusal(404, "NOT_FOUND", "Deploy first.");
  };
  return (await endpoint.handle({ params: {}, query: {}, body, person }, find)) as Record<string, unknown>;
}

/** A rule as a twin in German says it. */
const inGerman = (id: string, text: string): string =>
  ruleIn({ text: (key, values = {}) => fill(GERMAN[key] ?? key, values) }, { id, text });

const counted = (minute: number, made: number, scrap: number): Sample[] => [
  sample("processed_count", minute * 60, made),
  sample("defective_count", minute * 60, scrap),
];

describe("twin-spc", () => {
  bench.freshForEach();

  it("judges by given limits: statistic and limits as samples, one signal with its revisions, and what is to be done", async () => {
    const got = await bench.deploy();
    await send(...weights(0, 500, 503, 507, 508, 501), beat(60));
    assert.deepEqual(drawn(got.samples, "value"), [
      [0, 500],
      [1, 503],
      [2, 507],
      [3, 508],
      [4, 501],
    ]);
    assert.deepEqual(drawn(got.samples, "upper"), [[0, 506]]);
    assert.deepEqual(drawn(got.samples, "rules"), [
      [2, "N1"],
      [3, "N1"],
    ]);
    assert.deepEqual(told(got.events), [
      ["fill-weight", 2, null, 1, "N1"],
      ["fill-weight", 2, null, 2, "N1"],
      ["fill-weight", 2, 4, 3, "N1"],
    ]);
    const [first] = got.events;
    assert.deepEqual(
      [first?.kind, first?.data.limits_version, first?.data.reaction_plan, first?.data.upper],
      [SPC_SIGNAL, 0, "Check valve 7", 506],
    );
    assert.deepEqual(got.rejects, []);
  });

  it("refuses with a reason what it cannot judge, and goes on", async () => {
    const got = await bench.deploy();
    await send(null, { tag: "__proto__" }, JSON.parse('{"__proto__": {"tag": "x", "timestamp": 1}}'), sample("fill_weight", 0, "heavy"));
    await send({ ...sample("fill_weight", 0, 1), timestamp: Date.now() + 60 * MINUTE }, sample("fill_weight", 1, Number.NaN));
    await send(sample("fill_weight", 2, 500), beat(60));
    await send(sample("fill_weight", 3, 500), sample("fill_time", 3, 1));
    assert.deepEqual(
      got.rejects.map(({ code }) => code),
      ["NOT_A_SAMPLE", "NOT_A_SAMPLE", "NOT_A_SAMPLE", "WRONG_TYPE", "FUTURE_TIMESTAMP", "NOT_FINITE", "ANCIENT_TIMESTAMP"],
    );
    assert.deepEqual(drawn(got.samples, "value"), [[2, 500]]);
  });

  it("refuses numbers that are none, another unit and a Bad value, of which nothing is judged", async () => {
    const got = await bench.deploy({ rules: "2" });
    const eight = weights(0, ...Array.from({ length: 8 }, () => 501));
    const kilograms = { ...sample("fill_weight", 9, 0.501), unit: "kg" };
    const bad = { ...sample("fill_weight", 10, null), quality: "Bad" };
    const infinite = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map((value) => sample("fill_weight", 9, value));
    await send(...eight, ...infinite, kilograms, bad, { ...bad, value: 400, timestamp: bad.timestamp + 1 });
    await send(...weights(11, 501), beat(60));
    assert.deepEqual(
      got.rejects.map(({ code, input }) => [code, (input as Sample).timestamp - T0]),
      [
        ...["NOT_FINITE", "NOT_FINITE", "NOT_FINITE", "WRONG_UNIT"].map((code) => [code, 9_000]),
        ["BAD_QUALITY", 10_000],
        ["BAD_QUALITY", 10_001],
      ],
    );
    assert.deepEqual(told(got.events), [["fill-weight", 11, null, 1, "N2"]], "and breaks no run");
  });

  it("refuses more defective units than were inspected, and readings that are none, and goes on with the next interval", async () => {
    const got = await bench.deploy({ kind: "p", tag: "defective_count", centre: 0.02, sigma: "", everySeconds: 60 });
    await send(...counted(0, 0, 0), ...counted(1, 100, 2), ...counted(2, 110, 14), ...counted(3, 210, 15));
    await send(
      sample("defective_count", 200, -1),
      sample("defective_count", 201, Number.POSITIVE_INFINITY),
      sample("processed_count", 202, "many"),
    );
    await send({ ...sample("processed_count", 203, null), quality: "Bad" }, beat(330));
    assert.deepEqual(
      got.rejects.map(({ code }) => code),
      ["OUT_OF_RANGE", "NOT_FINITE", "WRONG_TYPE", "WRONG_SUBGROUP", "BAD_QUALITY"],
    );
    assert.match(got.rejects[3]?.message ?? "", /^12 defective of 10 inspected units cannot be\.$/);
    assert.deepEqual(drawn(got.samples, "value"), [
      [120, 0.02],
      [240, 0.01],
    ]);
  });

  it("begins a new stage with a change of product: a run does not reach across it", async () => {
    const got = await bench.deploy({ rules: "2" });
    const eight = Array.from({ length: 8 }, () => 501);
    await send(sample("product", 0, "still-500"), ...weights(1, ...eight), sample("product", 20, "still-750"), ...weights(21, 501));
    await send(...weights(22, ...eight), beat(60));
    assert.deepEqual(told(got.events), [["fill-weight", 29, null, 1, "N2"]]);
  });

  it("raises the alarm in a twin-alarm while the signal lasts", async () => {
    const states: AlarmStateEvent[] = [];
    const alarm = { id: "alarm", z: "f", x: 0, y: 0, type: "twin-alarm", name: "A", version: 1, plant: "galway", bind: "asset" };
    const heard = { id: "heard", z: "f", x: 0, y: 0, type: "helper" };
    const config = { priority: "medium", wires: [[], [], ["alarm", "conditions"], []] };
    const got = await bench.deploy(config, { ...alarm, target: FILLER, alarms: [], wires: [["heard"], [], []] }, heard);
    await behind(helper.getNode("alarm"))?.started;
    helper.getNode("heard").on("input", ({ payload }) => states.push(...(payload as AlarmStateEvent[])));
    await send(...weights(0, 500, 507, 508, 501), beat(60));
    await turns();
    assert.deepEqual(
      got.conditions.map(({ start, data }) => [(start - T0) / SECOND, data.alarm, data.active]),
      [
        [1, "spc_fill-weight", true],
        [3, "spc_fill-weight", false],
      ],
    );
    assert.deepEqual(
      states.map(({ asset, data }) => [asset, data.state, data.priority]),
      [
        [`${FILLER}.spc_fill-weight`, "unacknowledged", "medium"],
        [`${FILLER}.spc_fill-weight`, "rtn-unacknowledged", "medium"],
      ],
    );
    assert.match(states[0]?.data.message ?? "", /^fill-weight: .*\. Check valve 7$/);
  });

  it("judges by rules of one's own, with the options of the form", async () => {
    const got = await bench.deploy({
      rules: "none",
      ownRules: "2 of 3 beyond 1 sigma any side\n4 trend",
      startUp: "partial",
      priority: "low",
    });
    await send(...weights(0, 503, 497, 500, 500, 500.5, 501, 501.5), beat(60));
    assert.deepEqual(drawn(got.samples, "rules"), [
      [1, "2-of-3-beyond-1-any-side"],
      [6, "4-trend"],
    ]);
    assert.deepEqual(
      got.conditions.filter(({ data }) => data.active).map(({ data }) => data.message?.split(". ")[0]),
      ["fill-weight: 2 of 3 points beyond 1 σ", "fill-weight: 4 points in a row steadily rising or falling"],
    );
  });

  it("says at deploy what the form lacks", async () => {
    assert.match(await bench.fault({ target: `${FILLER}9` }), /No machine has this chart/);
    assert.match(await bench.fault({ tag: "weight" }), /has no tag "weight"; it has .*fill_weight/);
    assert.match(await bench.fault({ tag: "product" }), /product is no number/);
    assert.match(await bench.fault({ sigma: "" }), /need a centre, and a standard deviation/);
    assert.match(await bench.fault({ limits: "approved" }), /in the ledger of a historian/);
    assert.match(await bench.fault({ rules: "1, 9" }), /rules 1, 9 are not of this set; it has N1, N2/);
    assert.match(
      await bench.fault({ ownRules: "6 trend\nsix" }),
      /Line 2 of the own rules, “six”, is no rule.*2 of 3 beyond 2 sigma one side/,
    );
    assert.match(await bench.fault({ rules: "none" }), /Choose a rule of the set/);
    assert.match(await bench.fault({ kind: "xbar-r" }), /subgroups of 2 or more values/);
    assert.match(await bench.fault({ estimator: "pooled" }), /not estimated that way; choose another estimate/);
    assert.match(await bench.fault({ kind: "p", tag: "defective_count", centre: 0.02 }), /needs the interval of which it counts/);
    assert.match(await bench.fault({ kind: "p", tag: "defective_count", centre: 2, everySeconds: 60 }), /mean proportion is 2/);
    assert.match(await bench.fault({ kind: "dnom-mr", centre: 0, nominal: "net-weight" }), /No product has the number "net-weight"/);
  });

  it("shows in its dialog the last recorded values of the machine, of short runs by product", async () => {
    const got = await bench.deployWith(
      answering(async ({ from, to }) =>
        [sample("product", 0, "still-500"), ...weights(1, 500, 501), sample("product", 20, "still-750"), ...weights(21, 751, 790), beat(60)]
          .map((one) => ({ ...one, timestamp: one.timestamp + 30 * MINUTE }))
          .filter(({ timestamp }) => timestamp >= from && timestamp < to),
      ),
      { historian: "hist" },
      HISTORIAN,
    );
    assert.deepEqual(got.rejects, []);
    const short = { kind: "dnom-mr", nominal: "net_weight", everySeconds: 0, limits: "given", centre: 0, sigma: 2, historian: "hist" };
    const shown = await ask("preview", { form: form(short) }, { galway: await apiOf("galway"), hist: await apiOf("hist") });
    assert.deepEqual(
      (shown["level"] as { value: number }[]).map(({ value }) => value),
      [0, 1, 1, 40],
    );
    const own = { kind: "i", everySeconds: 0, limits: "given", centre: 750, sigma: 20, historian: "hist", byProduct: true };
    const one = await ask("preview", { form: form(own) }, { galway: await apiOf("galway"), hist: await apiOf("hist") });
    assert.deepEqual(
      (one["level"] as { value: number }[]).map(({ value }) => value),
      [751, 790],
      "of any other chart only the product that is being made",
    );
  });
});

/** The interval of a saved chart as it is read, and how many migrations that took. */
const saved = (over: object): unknown => {
  const { unit: _unit, ...before } = bench.node({ tag: "", historian: "hist", everySeconds: 300, ...over }) as Record<string, unknown>;
  const read = readConfiguration(declaration, "unit" in over ? { ...before, unit: over.unit } : before);
  return read.ok ? [read.config["everySeconds"], read.migrated.length] : read.faults;
};

/** What the form says, in German, where its dialog refuses to show a chart. */
const said = async (over: object, text?: string): Promise<string> => {
  const refused = await ask("preview", { form: form(over), ...(text !== undefined && { pasted: text }) }).catch((error: unknown) => error);
  assert.ok(refused instanceof AdminRefusal && refused.said !== undefined);
  return fill(GERMAN[refused.said.text] ?? "", refused.said.values);
};

/** Points between two false alarms, or what they depend on. */
const points = async (over: object): Promise<unknown> => {
  const { perThousand, unknown, perDay } = await ask("rates", { form: form({ rules: "1", ...over }) });
  if (perThousand === null) assert.equal(perDay, null);
  return unknown ?? Math.round(1_000 / Number(perThousand));
};

describe("the dialog of twin-spc", () => {
  it("says how many false alarms rules, chart and interval cost, and which rules it passes over", async () => {
    const five = await ask("rates", { form: form({ rules: "1" }) });
    const often = await ask("rates", { form: form({ rules: "all", everySeconds: 10 }) });
    // X̄ by the normal distribution, 0.27 %, and R of 5 by its own, 0.46 %; 288 times a day.
    assert.ok(Math.abs(Number(five["perDay"]) / (288 * (0.0027 + 0.0046)) - 1) < 0.04, String(five["perDay"]));
    assert.ok(Number(often["perDay"]) > 117, "8640 points, one in 73.65 of X̄ alone");
    assert.deepEqual([five["passedOver"], five["machines"]], [[], 1]);
    assert.deepEqual((await ask("rates", { form: form({ kind: "c", rules: "all" }) }))["passedOver"], ["N5", "N6", "N7", "N8"]);
    const own = await ask("rates", { form: form({ kind: "i", rules: "1", ownRules: "9 on one side", everySeconds: 60 }) });
    assert.ok(Math.abs(Number(own["perDay"]) - 6.645) < 0.001, "written like Nelson 2, and as often for nothing");
    const cusum = await ask("rates", { form: form({ kind: "cusum", everySeconds: 0 }) });
    assert.deepEqual([Math.round(1_000 / Number(cusum["perThousand"])), cusum["perDay"]], [465, null]);
    const hidden = await ask("rates", { form: form({ kind: "cusum", everySeconds: 0, rules: "2" }) });
    assert.deepEqual(hidden, cusum, "what its form hides does not silence it");
  });

  it("counts false alarms by the size of the subgroups and the mean count, and says where it depends on what it does not know", async () => {
    assert.equal(await points({ kind: "c", limits: "given", centre: 0.5 }), 70);
    assert.equal(await points({ kind: "c", limits: "given", centre: 2 }), 221);
    assert.equal(await points({ kind: "c" }), "centre");
    assert.equal(await points({ kind: "p", limits: "given", centre: 0.1 }), "size");
    assert.deepEqual([await points({ kind: "xbar-r", size: 2 }), await points({ kind: "xbar-s", size: 25 })], [84, 183]);
    assert.equal(await points({ kind: "ewma", lambda: 0.000001 }), "tooLong");
  });

  it("shows the chart of pasted values by limits of the form, or by what they give themselves", async () => {
    const given = { kind: "i-mr", limits: "given", centre: 500, sigma: 2, rules: "1" };
    const judged = await ask("preview", { form: form(given), pasted: "500\n501,5\n507.2\n" });
    assert.deepEqual(judged["estimated"], false);
    assert.deepEqual(
      (judged["level"] as { value: number; upper: number; rules: string[] }[]).map(({ value, upper, rules }) => [value, upper, rules]),
      [
        [500, 506, []],
        [501.5, 506, []],
        [507.2, 506, ["N1"]],
      ],
    );
    const estimated = await ask("preview", { form: form({ size: 2 }), pasted: "10 12; 11 13\n9 11\n7" });
    assert.deepEqual([estimated["centre"], estimated["estimated"], (estimated["level"] as []).length], [11, true, 3]);
    const counts = await ask("preview", { form: form({ kind: "p", limits: "given", centre: 0.1 }), pasted: "3,100\n4 100" });
    assert.deepEqual(
      (counts["level"] as { value: number }[]).map(({ value }) => value),
      [0.03, 0.04],
    );
  });

  it("answers with a sentence where there is nothing to show, and takes nothing that is not of the form", async () => {
    const pasted = (over: object, text: string): Promise<unknown> => ask("preview", { form: form(over), pasted: text });
    await assert.rejects(pasted({}, "500\nheavy"), /Row 2 does not hold numbers only/);
    await assert.rejects(pasted({}, "1 2 3 4 5"), /Too few usable subgroups: this chart needs 2 at the least/);
    await assert.rejects(pasted({ size: 2 }, "1 1\n1 1\n1 1"), /do not vary/);
    await assert.rejects(pasted({ kind: "p", limits: "given", centre: 2 }, "3 100"), /a share between 0 and 1, not 2/);
    await assert.rejects(pasted({ kind: "i", estimator: "pooled" }, "1"), /not estimated that way/);
    await assert.rejects(pasted({ kind: "p" }, "3"), /Row 1 does not hold a count, and the inspected units/);
    await assert.rejects(pasted({ rules: "12" }, "1"), /rules 12 are not of this set/);
    await assert.rejects(pasted({ kind: "dnom-mr" }, "1"), /of which product/);
    await assert.rejects(ask("preview", { form: form() }), /Choose a plant and a historian/);
    await assert.rejects(ask("rates", { form: form({ size: 5_000 }) }), /not complete yet: size/);
    await assert.rejects(ask("rates", { form: form({ more: 1 }) }), /not complete yet/);
    await assert.rejects(ask("rates", { form: form(), pasted: "1".repeat(100_001) }), /not complete yet: pasted/);
  });

  it("calls in German where the plant speaks German, and as the event says it where the rule is not known by its parts", () => {
    assert.equal(inGerman("N1", "beyond a control limit"), "jenseits einer Eingriffsgrenze");
    assert.equal(
      inGerman("2-of-3-beyond-1-any-side", "2 of 3 points beyond 1 σ"),
      "2 von 3 Punkten jenseits von 1 σ",
      "of a rule of one's own too",
    );
    assert.equal(inGerman("N1", "beyond a specification"), "beyond a specification");
  });

  it("keeps a chart measured by hand without a plan where it was saved before there were plans, and with the plan that it was given since", () => {
    assert.deepEqual(saved({ version: 1 }), [0, 1]);
    assert.deepEqual(saved({ version: undefined, tag: undefined }), [0, 1]);
    assert.deepEqual(saved({ version: 1, unit: "" }), [300, 1], "saved since: the form has written the unit");
    assert.deepEqual(saved({ version: 2 }), [300, 0]);
    assert.deepEqual(saved({ version: 1, tag: "fill_weight" }), [300, 1], "a chart of a tag never had a plan");
  });

  it("gives its dialog every such sentence by its key and words, so that the form says it in its language", async () => {
    assert.equal(await said({}, "500\nheavy"), "Zeile 2 enthält nicht nur Zahlen.");
    assert.equal(
      await said({}, "1 2 3 4 5"),
      "Zu wenige brauchbare Stichproben: Diese Karte braucht mindestens 2, und 25, um etwas zu sagen.",
    );
    assert.equal(await said({ size: 5_000 }), "Das Formular ist noch nicht vollständig: size.");
    assert.equal(await said({ chart: undefined }), "Das Formular ist noch nicht vollständig: chart.", "what is empty is not there");
    assert.equal(await said({ rules: "none" }), "Eine Regel des Satzes wählen oder eine eigene schreiben.");
    assert.equal(await said({}), "Eine Anlage und einen Historian wählen und zuerst bereitstellen.");
  });

  it("every text of the declaration exists in German", () => {
    const { config, texts } = declaration;
    const german = require("../../nodes/model/twin-spc/locales/de/twin-spc.json") as Record<string, Record<string, object>>;
    assert.deepEqual(Object.keys(german["twin-spc"]?.["texts"] ?? {}), Object.keys(texts ?? {}));
    assert.deepEqual(Object.keys(german["twin-spc"]?.["fields"] ?? {}), Object.keys(config.properties));
  });
});
