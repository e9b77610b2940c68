/** The runtime side of "Connect a line": real server, real plant files, every request as the page sends it. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { connectLineEndpoints } from "../../editor/connect-line.ts";
import type { LineDecisions } from "../../core/connect/line-plan/index.ts";
import type { Person } from "../../core/govern/identity/index.ts";
import { AdminRefusal } from "../../nodes/kit/node.ts";
import { FOREIGN_USER, type ForeignHall, startForeignHall } from "../support/foreign-hall.ts";
import { eventually } from "../support/site.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const MINUTE = 60_000;
const ines: Person = { name: "ines", label: "Ines", roles: ["engineer"], scope: ["*"] };
const otto: Person = { name: "otto", label: "Otto", roles: ["engineer"], scope: ["company.site.hall9"] };

interface View {
  readonly staged?: string;
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly counts: { readonly added: number; readonly changed: number; readonly removed: number };
  readonly problems: readonly { readonly file: string; readonly line: number; readonly message: string }[];
  readonly missing?: readonly { readonly message: string; readonly blocks: boolean }[];
}
interface ProposedView {
  readonly machines: readonly { readonly name: string; readonly class?: string; readonly addresses: readonly string[] }[];
  readonly variables: readonly { readonly address: string; readonly path: readonly string[] }[];
}

const refused = (code: string) => (error: unknown) => error instanceof AdminRefusal && error.code === code;
const sheet = (max: string): string =>
  `\uFEFFequipment;tag;address;type;min;max\r\nhalle2.linie3.filler;druck;"ns=2;s=Druck";float;-0,5;${max}\r\n`;

describe("the endpoints of Connect a line", function () {
  this.timeout(120_000);
  let directory = "";
  let hall: ForeignHall;
  let now = 1_000_000;
  let endpoints: ReturnType<typeof connectLineEndpoints>;
  const answers: string[] = [];

  before(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "twinline-connect-"));
    hall = await startForeignHall(path.join(directory, "hall"));
    endpoints = connectLineEndpoints({ userDir: directory, dataDir: path.join(directory, "twinline"), now: () => now });
  });
  beforeEach(() => {
    rmSync(path.join(directory, "plant"), { recursive: true, force: true });
    cpSync(path.join(ROOT, "templates", "plant"), path.join(directory, "plant"), { recursive: true });
  });
  after(async () => {
    now += 60 * MINUTE;
    await assert.rejects(ask("GET", "server/none/survey")); // what is left of the visits ends
    await hall.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function ask<T>(method: "GET" | "POST", route: string, body: unknown = null, person = ines): Promise<T> {
    const [address = "", search = ""] = route.split("?");
    for (const endpoint of endpoints) {
      const names = endpoint.path.split("/");
      const given = `connect-line/${address}`.split("/");
      if (endpoint.method.toUpperCase() !== method || names.length !== given.length) continue;
      if (!names.every((name, at) => name.startsWith(":") || name === given[at])) continue;
      const params = Object.fromEntries(names.flatMap((name, at) => (name.startsWith(":") ? [[name.slice(1), given[at] ?? ""]] : [])));
      const query = Object.fromEntries(new URLSearchParams(search));
      const answer: unknown = await endpoint.handle({ person, params, query, body }, () => {
        throw new AdminRefusal(404, "NOT_FOUND", "not deployed");
      });
      answers.push(JSON.stringify(answer));
      return answer as T;
    }
    throw new AdminRefusal(404, "NO_ROUTE", route);
  }
  const server = (): object => ({
    url: hall.endpoint,
    securityMode: "SignAndEncrypt",
    securityPolicy: "Basic256Sha256",
    user: FOREIGN_USER.name,
    password: FOREIGN_USER.password,
  });

  /** A visit that is connected and surveyed. */
  async function surveyed(): Promise<string> {
    const { server: id } = await ask<{ server: string }>("POST", "server", server());
    const tested = await ask<{ word: string; certificate?: { sha256: string } }>("POST", `server/${id}/test`);
    if (tested.certificate !== undefined) {
      assert.equal(tested.word, "untrusted");
      await ask("POST", `server/${id}/trust`, { fingerprint: tested.certificate.sha256 });
      assert.equal((await ask<{ word: string }>("POST", `server/${id}/test`)).word, "connected");
    }
    await ask("POST", `server/${id}/survey`, { start: "PLC_1/DB_Linie3", include: "**" });
    await eventually(30_000, async () => {
      const { word } = await ask<{ word: string }>("GET", `server/${id}/survey`);
      assert.notEqual(word, "failed");
      return word === "done" ? true : undefined;
    });
    return id;
  }

  /** The filler of line 3 as a person would decide it. */
  async function decisionsFor(id: string): Promise<LineDecisions> {
    await ask("POST", `server/${id}/tick`, { ticked: true, under: ["M02_Fueller"] });
    const { variables } = await ask<ProposedView>("POST", "propose", { plant: "", server: id });
    const at = (name: string): string => variables.find((variable) => variable.path.at(-1) === name)?.address ?? "";
    const states = Object.entries({ 10: "Execute", 20: "Idle", 31: "Suspended", 32: "Suspended", 90: "Aborted" } as const);
    return {
      line: "halle2.linie3",
      calendar: "always",
      constraint: "filler",
      machines: [
        {
          name: "filler",
          class: "filler",
          idealRate: 660,
          state: { profile: "custom", states: states.map(([value, state]) => ({ value, state })) },
          tags: [
            { tag: "state", address: at("iBetrZust") },
            { tag: "processed_count", address: at("udStkGes") },
          ],
          raw: [{ name: "kesseldruck", address: at("rKesselDruck") }],
        },
      ],
    };
  }

  it("refuse what the page does not send, and name the field", async () => {
    for (const body of [null, {}, { ...server(), url: "http://plc" }, { ...server(), extra: 1 }, { ...server(), user: 5 }, "x"])
      await assert.rejects(ask("POST", "server", body), refused("BAD_REQUEST"), JSON.stringify(body));
    await assert.rejects(ask("POST", "import", { plant: "", name: "../x.csv", text: "" }), /name/);
    await assert.rejects(ask("POST", "import", { plant: "", name: "site.yaml", text: "" }), /name/);
    await assert.rejects(ask("GET", "site?plant=unknown"), refused("NOT_FOUND"));
  });

  it("survey a server that a person trusted, and tick what belongs to the line", async () => {
    const id = await surveyed();
    const { entries } = await ask<{ entries: { name: string; variables: number }[] }>("GET", `server/${id}/tree?path=[]`);
    assert.deepEqual([entries.length, entries[1]?.name, entries[1]?.variables], [6, "M02_Fueller", 50]);
    assert.deepEqual(await ask("POST", `server/${id}/tick`, { ticked: true, search: "m02 drehzahl_ist" }), { ticked: 1 });
    const { total, found } = await ask<{ total: number; found: { value: unknown; ticked: boolean }[] }>(
      "GET",
      `server/${id}/variables?search=iBetrZust`,
    );
    assert.deepEqual([total, found.every(({ ticked }) => !ticked)], [3, true]);
    await assert.rejects(ask("GET", `server/${id}/tree?path=nonsense`), refused("BAD_REQUEST"));
  });

  it("end a survey when it is cancelled, and say what is wrong with its start", async () => {
    const { server: id } = await ask<{ server: string }>("POST", "server", server());
    await ask("POST", `server/${id}/survey`, { start: "", include: "**" });
    await ask("POST", `server/${id}/survey/cancel`);
    const ended = async (): Promise<{ word: string; message?: string }> =>
      eventually(30_000, async () => {
        const view = await ask<{ word: string; message?: string }>("GET", `server/${id}/survey`);
        return view.word === "running" ? undefined : view;
      });
    assert.equal((await ended()).word, "cancelled");
    await ask("POST", `server/${id}/survey`, { start: "PLC_9", include: "**" });
    const { word, message } = await ended();
    assert.equal(word, "failed");
    assert.match(message ?? "", /no "PLC_9"/);
  });

  it("keep a visit to the person who made it, for half an hour, and few of them", async () => {
    const { server: id } = await ask<{ server: string }>("POST", "server", server());
    await assert.rejects(ask("GET", `server/${id}/survey`, null, otto), refused("NOT_FOUND"));
    now += 29 * MINUTE;
    await ask("GET", `server/${id}/survey`);
    now += 31 * MINUTE;
    await assert.rejects(ask("GET", `server/${id}/survey`), refused("NOT_FOUND"));
    const ids: string[] = [];
    for (let count = 0; count < 9; count += 1, now += 1) ids.push((await ask<{ server: string }>("POST", "server", server())).server);
    await assert.rejects(ask("GET", `server/${ids[0] ?? ""}/survey`), refused("NOT_FOUND"));
    await ask("GET", `server/${ids[8] ?? ""}/survey`);
  });

  it("plan a line without writing, then write it as a revision with author and reason", async () => {
    const id = await surveyed();
    const decisions = await decisionsFor(id);
    const before = readdirSync(path.join(directory, "plant"));
    const view = await ask<View>("POST", "plan", { plant: "", server: id, decisions });
    assert.deepEqual(
      [view.problems, view.files.map(({ name }) => name), view.missing?.filter(({ blocks }) => blocks)],
      [[], ["linie3.yaml", "linie3.csv"], []],
    );
    assert.deepEqual(readdirSync(path.join(directory, "plant")), before);
    await assert.rejects(ask("POST", "apply", { staged: view.staged, reason: "mine now" }, otto), refused("NOT_STAGED"));
    await ask("POST", "apply", { staged: view.staged, reason: "first line" });
    const [latest] = await ask<{ author: string; reason: string }[]>("GET", "revisions?plant=");
    assert.deepEqual([latest?.author, latest?.reason], ["ines", "first line"]);
    assert.ok(existsSync(path.join(directory, "plant", "linie3.csv")));
    await assert.rejects(ask("POST", "apply", { staged: view.staged, reason: "again" }), refused("NOT_STAGED"));
  });

  it("compare an edited sheet again, with semicolons, decimal commas and a byte order mark, and show faults at their rows", async () => {
    const id = await surveyed();
    const body = { plant: "", server: id, decisions: await decisionsFor(id) };
    const good = await ask<View>("POST", "plan", { ...body, sheet: sheet("6,5") });
    assert.deepEqual(good.problems, []);
    assert.ok(good.staged);
    const wrong = await ask<View>("POST", "plan", { ...body, sheet: sheet("viel") });
    assert.deepEqual([wrong.staged, wrong.problems[0]?.file, wrong.problems[0]?.line], [undefined, "linie3.csv", 2]);
  });

  it("refuse a change beyond a person's scope, and one whose files changed after it was shown", async () => {
    const id = await surveyed();
    const decisions = await decisionsFor(id);
    const view = await ask<View>("POST", "plan", { plant: "", server: id, decisions });
    const sheet = { plant: "", name: "tags.csv", text: "equipment,tag,type\nhalle2.linie3.filler,x,int\n" };
    writeFileSync(path.join(directory, "plant", "hand.yaml"), "products: {}\n");
    await assert.rejects(ask("POST", "apply", { staged: view.staged, reason: "late" }), refused("NOT_APPLIED"));
    const again = await ask<View>("POST", "plan", { plant: "", server: id, decisions });
    await ask("POST", "apply", { staged: again.staged, reason: "ok" });
    await assert.rejects(ask("POST", "import", sheet, otto), refused("OUT_OF_SCOPE"));
    assert.equal((await ask<View>("POST", "import", sheet)).counts.added, 1);
  });

  it("give tags out and take them back, copy a line, and bring an earlier revision back", async () => {
    const id = await surveyed();
    const plan = await ask<View>("POST", "plan", { plant: "", server: id, decisions: await decisionsFor(id) });
    await ask("POST", "apply", { staged: plan.staged, reason: "first" });
    const { text } = await ask<{ text: string }>("GET", "export?plant=&place=halle2.linie3&style=comma");
    assert.ok(text.startsWith("\uFEFFequipment;tag"));
    const none = await ask<View>("POST", "import", { plant: "", name: "back.csv", text });
    assert.deepEqual([none.problems, none.counts], [[], { added: 0, changed: 0, removed: 0 }]);
    const edited = await ask<View>("POST", "import", { plant: "", name: "back.csv", text: text.replace("rKesselDruck", "rTankDruck") });
    assert.deepEqual(edited.counts, { added: 0, changed: 1, removed: 0 });
    const copy = { plant: "", from: "halle2.linie3", to: "halle2.linie4" };
    assert.match((await ask<View>("POST", "copy", { ...copy, map: "old,new\n" })).problems[0]?.message ?? "", /"from" and "to"/);
    const copied = await ask<View>("POST", "copy", { ...copy, map: "from;to\nDB_Linie3;DB_Linie4\n" });
    assert.deepEqual(copied.problems, []);
    await ask("POST", "apply", { staged: copied.staged, reason: "second" });
    const back = await ask<View>("POST", "back", { plant: "", number: 2 });
    assert.ok(back.counts.removed > 0 && back.counts.added === 0);
    await assert.rejects(ask("POST", "back", { plant: "", number: 77 }), refused("NOT_FOUND"));
  });

  it("never answer with a password", () => assert.ok(!answers.some((answer) => answer.includes(FOREIGN_USER.password))));
});
