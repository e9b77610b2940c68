import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { once } from "node:events";
import http from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import { LocalAccounts } from "../../adapters/accounts/index.ts";
import type { ChartListView, ChartView, StudyView } from "../../core/model/charting/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import type { TerminalView } from "../../core/operate/terminal/index.ts";
import twinHistorian from "../../nodes/connect/twin-historian/twin-historian.ts";
import type { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import { behind } from "../../nodes/kit/running.ts";
import twinSpc from "../../nodes/model/twin-spc/twin-spc.ts";
import twinOee from "../../nodes/operate/twin-oee/twin-oee.ts";
import twinBoards from "../../nodes/see/twin-boards/twin-boards.ts";
import { answered } from "../support/chart-desk.ts";

const require = createRequire(import.meta.url);
const userDir = mkdtempSync(path.join(tmpdir(), "twinline-terminal-"));
const FILLER = "acme.galway.bottling.line01.filler01";
const PASSWORD = "correct horse battery";
const MINUTE = 60_000;
const nodes = [
  { id: "f", type: "tab", label: "terminal" },
  { id: "galway", type: "twin-plant", name: "Galway", version: 1, directory: "plant", watch: false },
  { id: "hist", type: "twin-historian", name: "H", version: 1, store: "embedded", folder: "historian", plant: "galway" },
  { id: "boards", z: "f", x: 0, y: 0, type: "twin-boards", name: "B", version: 1, plant: "galway", historian: "hist", wires: [] },
  {
    id: "oee",
    z: "f",
    x: 0,
    y: 0,
    type: "twin-oee",
    name: "OEE",
    version: 1,
    plant: "galway",
    bind: "asset",
    target: FILLER,
    historian: "hist",
    wires: [["events"], [], []],
  },
  { id: "events", z: "f", x: 0, y: 0, type: "helper" },
  {
    id: "spc",
    z: "f",
    x: 0,
    y: 0,
    type: "twin-spc",
    name: "SPC",
    version: 1,
    plant: "galway",
    target: FILLER,
    historian: "hist",
    chart: "fill-weight",
    kind: "i-mr",
    tag: "fill_weight",
    everySeconds: 0,
    latenessSeconds: 0,
    wires: [["charted"], [], [], []],
  },
  { id: "charted", z: "f", x: 0, y: 0, type: "helper" },
];

async function apiOf<T>(id: string): Promise<T> {
  const started = await behind(helper.getNode(id))?.started;
  if (started?.ok !== true) throw new Error(started?.fault);
  return started.api as T;
}

describe("the pages of a boards node, with a real historian, an OEE node and a control chart", function () {
  this.timeout(60_000);
  let server: http.Server | undefined;
  let base: string;
  let cookie: string;
  const readCharts = async <T>(rest: string): Promise<T> =>
    (await (await fetch(`${base}/charts/${rest}`, { headers: { cookie } })).json()) as T;
  before(async () => {
    cpSync(path.resolve(import.meta.dirname, "../../plant/site"), path.join(userDir, "plant"), { recursive: true });
    const accounts = LocalAccounts.open(path.join(userDir, "accounts.json"));
    await accounts.put({ name: "ann", label: "Ann", roles: ["operator", "quality"], scope: ["acme.galway"] }, PASSWORD);
    helper.init(require.resolve("node-red"), {
      userDir,
      twinline: { dataDir: path.join(userDir, "twinline"), identity: accounts },
      logging: { console: { level: "off" } },
    } as never);
    await new Promise<void>((resolve) => helper.startServer(resolve));
  });
  after(async () => {
    server?.close();
    server?.closeAllConnections();
    await helper.unload();
    await new Promise<void>((resolve) => helper.stopServer(resolve));
    rmSync(userDir, { recursive: true, force: true });
  });

  it("shows a stop that the OEE node has stated, and its minutes are stated again as soon as somebody says why", async () => {
    const states: { start: number; revision: number; kind: string; data: Record<string, unknown> }[] = [];
    // The helper serves the editor's part of Node-RED only, so the other part gets a server here.
    let httpNode: http.RequestListener | undefined;
    const keepHttp = (RED: { httpNode: http.RequestListener }): void => {
      ({ httpNode } = RED);
    };
    await helper.load([keepHttp, twinPlant, twinHistorian, twinOee, twinSpc, twinBoards] as never, nodes, () => {
      helper.getNode("events").on("input", ({ payload }) => states.push(...(payload as typeof states)));
    });
    const service = await apiOf<HistorianService>("hist");
    await apiOf("oee");
    await apiOf("boards");
    const from = plannedMinute(Math.floor(Date.now() / MINUTE) * MINUTE - 30 * MINUTE);
    const sample = (name: string, minute: number, value: unknown): object => ({
      tag: `${FILLER}._filler_v1.${name}`,
      value,
      quality: "Good",
      timestamp: from + minute * MINUTE,
    });
    const samples = [sample("state", 0, 6), sample("unit_mode", 0, 1), sample("state", 5, 9), sample("state", 9, 6)];
    for (let minute = 0; minute <= 20; minute += 0.5) samples.push(sample("heartbeat", minute, minute * 2));
    helper.getNode("oee").receive({ payload: samples });
    const stop = await until(() => states.find(({ kind }) => kind === "downtime.stop.v1"));
    assert.deepEqual((await service.state(states, { author: "node:twin-store", reason: "stated" })).rejects, []);
    const said = states.length;

    server = http.createServer(httpNode).listen(0, "127.0.0.1");
    await once(server, "listening");
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/boards`;
    const form = new URLSearchParams({ name: "ann", password: PASSWORD });
    const signedIn = await fetch(`${base}/login`, { method: "POST", body: form, redirect: "manual" });
    cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const at = `${base}/terminal/${FILLER}`;
    const view = async (): Promise<TerminalView> =>
      (await (await fetch(`${at}/data.json`, { headers: { cookie } })).json()) as TerminalView;
    const shown = await view();
    const part = [...shown.queue, ...shown.done].at(0) ?? assert.fail("no stop is shown");
    assert.deepEqual([part.start, part.end], [from + 5 * MINUTE, from + 9 * MINUTE]);
    const entry = { id: "entry-0001", made: Date.now(), stop: part.stop, seen_end: part.stop_end, from: part.start, to: null };
    const answer = await fetch(at, {
      method: "POST",
      headers: { cookie, "content-type": "application/json" },
      body: JSON.stringify({ ...entry, action: "assign", reason: "changeover" }),
    });
    assert.equal(answer.status, 200, await answer.text());
    assert.equal((await view()).done.find(({ start }) => start === stop.start)?.author, "ann");
    const atoms = (): typeof states => states.slice(said).filter(({ kind }) => kind === "oee.atom.v1");
    const again = await until(() => (atoms().length > 0 ? atoms() : undefined));
    assert.deepEqual(
      again.map(({ start, revision, data }) => [(start - from) / MINUTE, revision, data["setup_ms"]]),
      [5, 6, 7, 8].map((minute) => [minute, 2, MINUTE]),
    );
  });

  it("lists the charts of its historian, and what is approved there judges in the node from then on", async () => {
    const charted: Sample[] = [];
    helper.getNode("charted").on("input", ({ payload }) => charted.push(...(payload as Sample[])));
    const service = await apiOf<HistorianService>("hist");
    await apiOf("spc");
    const path = `${FILLER}.fill-weight`;
    const act = async <T>(body: object): Promise<T> => {
      const headers = { cookie, "content-type": "application/json" };
      const answer = await answered(() => fetch(`${base}/charts/${path}`, { method: "POST", headers, body: JSON.stringify(body) }));
      assert.equal(answer.status, 200, await answer.clone().text());
      return (await answer.json()) as T;
    };
    const { charts } = await readCharts<ChartListView>("data.json");
    assert.deepEqual(
      charts.map((one) => [one.path, one.version, one.unit]),
      [[path, null, "g"]],
    );
    const now = Date.now();
    const tag = `${FILLER}._filler_v1.fill_weight`;
    const weight = (timestamp: number, value: number): Sample => ({ tag, value, quality: "Good", timestamp });
    const weights = Array.from({ length: 120 }, (_, i) => weight(now - (121 - i) * 10_000, 500 + ((i * 7) % 11) / 4));
    await service.record(weights);
    await service.flush(10_000);
    const baseline = { from: now - 40 * MINUTE, to: now, scope: {}, exclusions: [] };
    const { level, subgroups } = await act<StudyView>({ action: "study", ...baseline });
    assert.equal(subgroups, 120, "the range ends, so its last value waits for nothing");
    assert.ok(Math.abs(level.centre - 501.25) < 0.05, String(level.centre));
    await act({ action: "propose", ...baseline, comment: "first limits" });
    await act({ action: "review", version: 1 });
    await act({ action: "approve", version: 1, comment: "in control", effective_from: null });
    const later = Date.now() + 1_000;
    helper.getNode("spc").receive({ payload: [0, 1, 2].map((i) => weight(later + i * 1_000, i === 1 ? 520 : 501)) });
    await until(() => charted.find((one) => one.tag.endsWith(".signal")));
    await service.record(charted);
    await service.flush(10_000);
    const { version, points, lasting } = await readCharts<ChartView>(`${path}/data.json?hours=2`);
    assert.deepEqual([version, lasting], [1, true]);
    assert.deepEqual(
      points.level.map(({ value, version: by, rules }) => [value, by, rules]),
      [
        [501, 1, []],
        [520, 1, ["N1"]],
      ],
    );
  });
});

/** The demo site's breaks begin at 2, 10 and 18 o'clock; an hour before, time is planned. */
function plannedMinute(time: number): number {
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Dublin", hour: "2-digit", hourCycle: "h23" });
  const inBreak = [time, time + 10 * MINUTE].some((one) => [2, 10, 18].includes(Number(clock.format(one))));
  return inBreak ? time - 60 * MINUTE : time;
}

async function until<T>(look: () => T | undefined): Promise<T> {
  for (let turn = 0; turn < 5_000; turn += 1) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("It did not come.");
}
