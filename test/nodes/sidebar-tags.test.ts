/** What the endpoints of the page Tags answer, on the demo plant and tag maps of the core; the browser has a test of its own. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { DEFAULT_HEALTH } from "../../core/connect/health/index.ts";
import type { TagDefinition } from "../../core/connect/model/index.ts";
import type { Sample, SampleValue } from "../../core/connect/sample/index.ts";
import { TagMap } from "../../core/connect/tag-map/index.ts";
import type { Person } from "../../core/govern/identity/index.ts";
import type { Dependent } from "../../editor/tags/dependents.ts";
import type { TagDetail } from "../../editor/tags/detail.ts";
import { tagEndpoints } from "../../editor/tags/endpoints.ts";
import { referencesOf, type SavedNode } from "../../editor/tags/references.ts";
import { liveValue } from "../../editor/tags/shown-tag.ts";
import type { Branch, ShownEquipment } from "../../editor/tags/tree.ts";
import twinOee from "../../nodes/operate/twin-oee/twin-oee.node.ts";
import twinTagMap from "../../nodes/connect/twin-tag-map/twin-tag-map.node.ts";
import { forgetPlant, rememberPlant } from "../../nodes/connect/twin-plant/endpoints.ts";
import { PlantService } from "../../nodes/connect/twin-plant/plant-service.ts";
import { keepDeclaration } from "../../nodes/kit/declared.ts";
import { AdminRefusal } from "../../nodes/kit/node.ts";

const LINE = "acme.galway.bottling.line01";
const FILLER = `${LINE}.filler01`;
const WEIGHT = `${FILLER}._filler_v1.fill_weight`;
const STATE = `${FILLER}._filler_v1.state`;
const EVE: Person = { name: "eve", label: "Eve", roles: ["engineer"], scope: ["*"] };
const VIC: Person = { name: "vic", label: "Vic", roles: ["viewer"], scope: [FILLER] };
const node = (id: string, type: string, more: object = {}): SavedNode => ({ id, type, plant: "p", ...more });

const refused = async (code: string, work: Promise<unknown>): Promise<void> =>
  assert.rejects(work, (error: unknown) => error instanceof AdminRefusal && error.code === code);
const oee = (id: string, target: string): SavedNode => node(id, "twin-oee", { target });

describe("the endpoints of the page Tags", () => {
  let service: PlantService;
  let map: TagMap;
  let now = 1_800_000_000_000;
  let nodes: SavedNode[] = [];
  const endpoints = tagEndpoints({ nodes: () => nodes, now: () => now, health: DEFAULT_HEALTH });

  before(async () => {
    for (const declaration of [twinOee, twinTagMap]) keepDeclaration(declaration);
    service = new PlantService("plant/site");
    await service.reload();
  });
  beforeEach(() => {
    now += 3_600_000; // beyond what a view keeps
    nodes = [];
    map = new TagMap([], service.model);
    rememberPlant("p", service);
  });
  afterEach(() => forgetPlant("p", service));

  const ask = async <T>(path: string, query: Record<string, string> = {}, person = EVE, body?: unknown): Promise<T> => {
    const endpoint = endpoints.find((candidate) => candidate.path === path);
    assert.ok(endpoint, path);
    return endpoint.handle({ person, params: { id: "p" }, query, body }, () => assert.fail("looks nothing up")) as Promise<T>;
  };
  const kinds = async (tag: string): Promise<readonly string[]> =>
    (await ask<readonly Dependent[]>("tags/:id/dependents", { tag })).map((one) => ("node" in one ? `${one.kind} ${one.node}` : one.kind));
  const feed = (name: string, value: unknown): void =>
    void map.map(
      [{ protocol: "opcua", address: `nsu=urn:twinline:demo-plant;s=Line01.Filler01.${name}`, value, sourceTimestamp: now }],
      now,
    );
  const watched = async (work: () => Promise<void>): Promise<void> => {
    const unwatch = service.watch({ node: "map", map: () => map });
    await work().finally(unwatch);
  };

  it("answer the tree one branch at a time, in the order of the model", async () => {
    const top = await ask<Branch>("tags/:id/tree");
    assert.deepEqual(
      top.equipment.map(({ path, branch }) => [path, branch]),
      [["acme", undefined]],
    );
    const { tags, equipment, total } = await ask<Branch>("tags/:id/tree", { under: FILLER });
    assert.deepEqual([tags[0]?.id, tags.length, total, equipment.length], [STATE, total, 17, 0]);
  });

  it("open the branches themselves when something was searched for", async () => {
    const found = await ask<Branch & { found: number }>("tags/:id/tree", { search: "FILLER01 fill_w" });
    let branch: Branch | undefined = found;
    let at: ShownEquipment | undefined;
    while (branch?.equipment[0] !== undefined) {
      at = branch.equipment[0];
      branch = at.branch;
    }
    assert.deepEqual([found.found, at?.path, branch?.tags.map(({ id }) => id)], [1, FILLER, [WEIGHT]]);
  });

  it("find by description and by address too", async () => {
    assert.equal((await ask<{ found: number }>("tags/:id/tree", { search: "Line01.Filler01.FillWeight" })).found, 1);
    assert.ok((await ask<{ found: number }>("tags/:id/tree", { search: "packml state filler01" })).found >= 1);
  });

  it("say the live value, its quality and its age, and count the states of all", async () => {
    feed("FillWeight", 500.5);
    await watched(async () => {
      now += 4_000;
      const live = await ask<{ counts: Record<string, number>; tagMaps: number; values: object[] }>("tags/:id/live", {}, EVE, {
        tags: [WEIGHT, "no.such.tag"],
      });
      assert.deepEqual(live.values, [{ id: WEIGHT, findings: ["unused"], value: 500.5, unit: "g", quality: "Good", ageMs: 4_000 }]);
      assert.deepEqual([live.counts["all"], live.counts["ok"], live.counts["silent"], live.tagMaps], [95, 1, 94, 1]);
    });
  });

  it("show value and range in the units of the site, and tell the unit that is stored", async () => {
    const metric = service.model;
    const fahrenheit = new PlantService("plant/site");
    await fahrenheit.reload();
    Object.defineProperty(fahrenheit, "model", {
      value: {
        ...metric,
        display: new Map([
          ["g", "[lb_av]"],
          ["Cel", "[degF]"],
        ]),
      },
    });
    forgetPlant("p", service);
    rememberPlant("p", fahrenheit);
    const AMBIENT = `${LINE}._raw.ambient_temperature`;
    map.map(
      [{ protocol: "opcua", address: "nsu=urn:twinline:demo-plant;s=Line01.AmbientTemperature", value: 25, sourceTimestamp: now }],
      now,
    );
    const unwatch = fahrenheit.watch({ node: "map", map: () => map });
    try {
      const { values } = await ask<{ values: object[] }>("tags/:id/live", {}, EVE, { tags: [AMBIENT] });
      assert.deepEqual(values, [{ id: AMBIENT, findings: ["unused"], value: 77, unit: "°F", quality: "Good", ageMs: 0 }]);
      const { unit, shownUnit, range, live } = await ask<TagDetail>("tags/:id/tag", { tag: AMBIENT });
      assert.deepEqual([unit, shownUnit, range], ["Cel", { symbol: "°F", other: true }, { min: -4, max: 140 }]);
      assert.deepEqual([live.value, live.unit], [77, "°F"]);
      const state = await ask<TagDetail>("tags/:id/tag", { tag: STATE });
      assert.deepEqual([state.unit, state.shownUnit], [undefined, undefined]);
    } finally {
      unwatch();
      forgetPlant("p", fahrenheit);
    }
  });

  it("leave a number that only a text can hold in the unit of its tag", () => {
    const definition: TagDefinition = { id: "a._raw.n", asset: "a", signal: "_raw.n", type: "int64", unit: "g" };
    const of = (value: SampleValue) => {
      const latest: Sample = { tag: definition.id, value, quality: "Good", timestamp: now };
      const rest = {
        tag: latest.tag,
        received: now,
        expectedEveryMs: undefined,
        stale: false,
        resting: undefined,
        rejects: [],
        sources: [],
      };
      return liveValue({ definition, look: { ...rest, latest }, findings: [] }, now, new Map([["g", "kg"]]));
    };
    assert.deepEqual([of("9007199254740993").value, of("9007199254740993").unit], ["9007199254740993", "g"]);
    assert.deepEqual([of(5000).value, of(5000).unit], [5, "kg"]);
  });

  it("name the value of an enumeration", async () => {
    feed("State", 6);
    await watched(async () => {
      const { values } = await ask<{ values: { name: string }[] }>("tags/:id/live", {}, EVE, { tags: [STATE] });
      assert.equal(values[0]?.name, "Execute");
    });
  });

  it("judge at most once a second, however many people look", async () => {
    let looks = 0;
    const counting = { looks: () => ((looks += 1), []), unmapped: () => [] };
    const unwatch = service.watch({ node: "map", map: () => counting });
    for (let n = 0; n < 5; n += 1) await ask("tags/:id/live", {}, EVE, { tags: [] });
    assert.equal(looks, 1);
    now += 1_000;
    await ask("tags/:id/live", {}, EVE, { tags: [] });
    unwatch();
    assert.equal(looks, 2);
  });

  it("show a person no more than their scope covers", async () => {
    const other = `${LINE}.capper01`;
    const live = await ask<{ counts: { all: number }; values: object[] }>("tags/:id/live", {}, VIC, {
      tags: [WEIGHT, `${other}._rate_v1.state`],
    });
    assert.deepEqual([live.counts.all, live.values.length], [17, 1]);
    assert.equal((await ask<Branch>("tags/:id/tree", { under: other }, VIC)).total, 0);
    await refused(
      "NOT_FOUND",
      Promise.resolve().then(async () => ask("tags/:id/tag", { tag: `${other}._rate_v1.state` }, VIC)),
    );
    await refused(
      "FORBIDDEN",
      Promise.resolve().then(async () => ask("tags/:id/unmapped", {}, VIC)),
    );
    const roles = endpoints.filter(({ path }) => /dependents|unmapped/.test(path)).map((endpoint) => endpoint.roles);
    assert.deepEqual(roles, [
      ["engineer", "ot-admin"],
      ["engineer", "ot-admin"],
    ]);
  });

  it("refuse what they do not understand, with what to send", async () => {
    const tries: readonly (readonly [code: string, path: string, query: Record<string, string>, body?: unknown])[] = [
      ["BAD_REQUEST", "tags/:id/tree", { offset: "-1" }],
      ["BAD_REQUEST", "tags/:id/tree", { filter: "constructor" }],
      ["BAD_REQUEST", "tags/:id/live", {}, { tags: "all" }],
      ["BAD_REQUEST", "tags/:id/live", {}, null],
      ["BAD_REQUEST", "tags/:id/live", {}, { tags: Array.from({ length: 301 }, () => WEIGHT) }],
      ["BAD_REQUEST", "tags/:id/live", {}, { tags: [1] }],
      ["NOT_FOUND", "tags/:id/tag", { tag: "__proto__" }],
      ["NOT_FOUND", "tags/:id/dependents", {}],
    ];
    for (const [code, path, query, body] of tries)
      await refused(
        code,
        Promise.resolve().then(async () => ask(path, query, EVE, body)),
      );
  });

  it("say of a plant that is not there, not read yet, or faulty, which of these it is", async () => {
    forgetPlant("p", service);
    await refused(
      "NOT_FOUND",
      Promise.resolve().then(async () => ask("tags/:id/tree")),
    );
    const reading = new PlantService("no/such/directory");
    rememberPlant("p", reading);
    await refused(
      "PLANT_READING",
      Promise.resolve().then(async () => ask("tags/:id/tree")),
    );
    await reading.reload();
    await refused(
      "PLANT_FAULTY",
      Promise.resolve().then(async () => ask("tags/:id/tree")),
    );
    assert.deepEqual(await ask("tags/plants"), [{ id: "p", name: "p", loaded: false, problems: 1 }]);
    forgetPlant("p", reading);
  });

  describe("on what depends on a tag", () => {
    it("name its role, its class, and the boards that show it", async () => {
      nodes = [node("boards", "twin-boards")];
      assert.deepEqual(await kinds(STATE), ["role", "class", "board"]);
      const weight = await ask<readonly Dependent[]>("tags/:id/dependents", { tag: WEIGHT });
      assert.ok(weight.some((one) => one.kind === "board" && one.board === "line01-overview"));
    });

    it("name the nodes that cover its machine by path, by pattern or by class, and no others", async () => {
      nodes = [
        oee("asset", FILLER),
        oee("above", LINE),
        oee("pattern", "acme.*.bottling.**.filler*"),
        oee("class", "filler"),
        oee("other", `${LINE}.capper01`),
        oee("nearly", `${LINE}.filler0`),
        { ...oee("elsewhere", FILLER), plant: "another plant" },
      ];
      const found = await kinds(WEIGHT);
      assert.deepEqual(
        found.filter((kind) => kind.startsWith("covers")),
        ["covers asset", "covers above", "covers pattern", "covers class"],
      );
    });

    it("name rows of tag maps by tag, by pattern and by address", async () => {
      const { address } = service.model.tags.get(WEIGHT) ?? {};
      const rows = [
        { address: "a", tag: WEIGHT },
        { address: "{x}/w", tag: `${LINE}.{x:lower}._filler_v1.fill_weight` },
        { address, exclude: true },
        { address: "b", tag: STATE },
        null,
      ];
      nodes = [node("map", "twin-tag-map", { rows })];
      const found = await ask<readonly Dependent[]>("tags/:id/dependents", { tag: WEIGHT });
      assert.deepEqual(
        found.flatMap((one) => (one.kind === "feeds" ? [one.field] : [])),
        ["Rows 1", "Rows 2", "Rows 3"],
      );
    });

    it("name nodes of others that mention its id or its topic", async () => {
      nodes = [
        node("function", "function", { func: `if (msg.payload.tag === '${WEIGHT}') return msg;` }),
        node("mqtt", "mqtt out", { topic: WEIGHT.replaceAll(".", "/") }),
        node("longer", "function", { func: `${WEIGHT}_2` }),
      ];
      assert.deepEqual((await kinds(WEIGHT)).slice(-2), ["mentions function", "mentions mqtt"]);
    });

    it("make a tag used that is named or shown, and not one that is only fed or covered", async () => {
      const unused = async (): Promise<boolean> => {
        now += 3_600_000;
        const { values } = await ask<{ values: { findings: string[] }[] }>("tags/:id/live", {}, EVE, { tags: [WEIGHT] });
        return values[0]?.findings.includes("unused") ?? false;
      };
      nodes = [node("map", "twin-tag-map", { rows: [{ address: "a", tag: WEIGHT }] }), node("oee", "twin-oee", { target: FILLER })];
      assert.equal(await unused(), true);
      nodes = [node("function", "function", { func: WEIGHT })];
      assert.equal(await unused(), false);
      nodes = [node("boards", "twin-boards")];
      assert.equal(await unused(), false);
    });

    it("read a node that nobody can vouch for without harm and in bounded time", () => {
      const hostile: SavedNode = node("x", "function", { func: "._".repeat(100_000), deep: { __proto__: null, a: ["a._b.c"] } });
      const began = performance.now();
      assert.ok(Array.isArray(referencesOf(hostile, undefined, "p", service.model)));
      assert.ok(performance.now() - began < 2_000);
    });
  });
});
