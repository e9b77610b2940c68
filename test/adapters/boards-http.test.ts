import assert from "node:assert/strict";
import http from "node:http";
import type { Explanation } from "../../core/operate/explanation/index.ts";
import { ReportedPlant, reportsOf, shiftOfSamples } from "../support/reported-plant.ts";
import { whyOf } from "../support/why-source.ts";
import { inDisplayUnits } from "../../core/see/board/index.ts";
import { ANNA, demoModel, oneAccount, shiftOfPoints, startBoardSite, type TestSite } from "../support/board-site.ts";
import { FILLER, terminalLedger } from "../support/terminal.ts";

const NOON = Date.UTC(2026, 2, 10, 12, 47);

/** Sends a path as it is; fetch would tidy it up. */
function raw(url: string, path: string, cookie = ""): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    http
      .get({ hostname, port, path, headers: { cookie } }, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      })
      .on("error", reject);
  });
}

/** Reads a stream until `count` panel events came. */
async function panelEvents(url: string, cookie: string, count: number): Promise<string[]> {
  const abort = new AbortController();
  const answer = await fetch(url, { headers: { cookie }, signal: abort.signal });
  assert.equal(answer.headers.get("content-type"), "text/event-stream; charset=utf-8");
  let text = "";
  const found = (): string[] => text.split("\n\n").filter((event) => event.startsWith("event: panel"));
  for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    if (found().length >= count) break;
  }
  abort.abort();
  return found();
}

/** Where the bar of a page leads, with the place that it is itself. */
async function places(from: string, cookie: string): Promise<string[]> {
  const text = await (await fetch(from, { headers: { cookie } })).text();
  const nav = /<nav class="places".*?<\/nav>/.exec(text)?.[0] ?? "";
  return [...nav.matchAll(/href="([^"]*)"( aria-current)?/g)].map(([, to, current]) => `${to}${current === undefined ? "" : " (here)"}`);
}

describe("boards over HTTP", function () {
  this.timeout(20_000);
  let site: TestSite;
  let cookie: string;
  const form = (headers: Record<string, string>, fields: Record<string, string>) =>
    fetch(`${site.url}/login`, { method: "POST", headers, body: new URLSearchParams(fields), redirect: "manual" });
  const board = (): string => `${site.url}/line01-overview`;
  before(async () => {
    site = await startBoardSite({ now: () => NOON, why: whyOf(() => site.points) });
    site.points = shiftOfPoints(NOON);
    cookie = await site.signIn();
  });
  after(() => site.stop());

  it("send people without a session to the sign-in, and programs away", async () => {
    const page = await fetch(board(), { redirect: "manual" });
    assert.equal(page.status, 303);
    assert.match(page.headers.get("location") ?? "", /^\/boards\/login\?to=/);
    for (const path of ["/spec.json", "/stream"]) assert.equal((await fetch(board() + path)).status, 401);
  });

  it("refuse a cookie that was altered, and one that was signed out", async () => {
    const altered = cookie.slice(0, -1) + (cookie.endsWith("A") ? "B" : "A");
    assert.equal((await fetch(`${board()}/spec.json`, { headers: { cookie: `${altered}x` } })).status, 401);
    const other = await site.signIn();
    assert.equal((await fetch(`${board()}/spec.json`, { headers: { cookie: other } })).status, 200);
    await fetch(`${site.url}/logout`, { method: "POST", headers: { cookie: other }, redirect: "manual" });
    assert.equal((await fetch(`${board()}/spec.json`, { headers: { cookie: other } })).status, 401);
  });

  it("set a cookie that scripts and other sites cannot use", async () => {
    const body = new URLSearchParams({ name: ANNA.name, password: "correct horse battery" });
    const answer = await fetch(`${site.url}/login`, { method: "POST", body, redirect: "manual" });
    assert.match(
      answer.headers.get("set-cookie") ?? "",
      /^twinline_boards=[\w-]{43}; Path=\/boards; HttpOnly; SameSite=Strict; Max-Age=36000$/,
    );
  });

  it("refuse forms from other sites, wrong passwords, huge forms, and returns to other sites", async () => {
    const right = { name: ANNA.name, password: "correct horse battery" };
    assert.equal((await form({ origin: "https://evil.example" }, right)).status, 403);
    assert.equal((await form({ "sec-fetch-site": "cross-site" }, right)).status, 403);
    assert.equal((await form({}, { ...right, password: "wrong" })).status, 401);
    assert.equal((await form({}, { ...right, name: "x".repeat(20_000) })).status, 413);
    for (const to of ["https://evil.example", "//evil.example", "/../x", "/a\r\nx: y"]) {
      assert.equal((await form({}, { ...right, to })).headers.get("location"), "/boards", to);
    }
  });

  it("serve no file but their own, whatever the path", async () => {
    for (const path of [
      "/boards/assets/../board-site.ts",
      "/boards/assets/%2e%2e%2fpages.ts",
      "/boards/assets//etc/passwd",
      "/boards/assets/__proto__",
      "/boards/assets/..%5c..%5cx",
    ]) {
      const { status } = await raw(site.url, path, cookie);
      assert.ok(status === 404 || status === 303, `${path}: ${status}`);
    }
    assert.equal((await fetch(`${site.url}/assets/boards.css`)).status, 200);
    assert.equal((await raw(site.url, `/boards/${"x".repeat(5_000)}`, cookie)).status, 414);
  });

  it("forbid scripts and requests that are not their own, on every answer", async () => {
    for (const path of ["", "/login", "/assets/board.js", "/nothing", "/line01-overview/spec.json"]) {
      const answer = await fetch(site.url + path, { headers: { cookie } });
      const policy = answer.headers.get("content-security-policy") ?? "";
      assert.match(policy, /default-src 'none'; script-src 'self';/, path);
      assert.doesNotMatch(policy, /unsafe|\*/);
      assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    }
  });

  it("answer views that make no sense with a sentence", async () => {
    for (const query of ["range=9h", "from=2&to=1", "asset=%3Cscript%3E", "from=0&to=999999999999999"]) {
      const answer = await fetch(`${board()}/stream?${query}`, { headers: { cookie } });
      assert.equal(answer.status, 400, query);
      assert.match(((await answer.json()) as { message: string }).message, /\.$/);
    }
  });

  it("send each of two pages every panel, with one query per panel", async () => {
    const data = site.boards[0]?.rows.flatMap((row) => row.panels).filter((panel) => panel.kind !== "text").length ?? 0;
    assert.ok(data >= 10);
    site.queries.length = 0;
    const [a, b] = await Promise.all([panelEvents(`${board()}/stream`, cookie, data), panelEvents(`${board()}/stream`, cookie, data)]);
    assert.equal(a?.length, data);
    assert.equal(b?.length, data);
    const extra = 3; // the carry-in of the states, the product behind the weight limits, and how far the line's data reaches
    const sharing = 5; // the six tiles of the shift are one query
    assert.equal(site.queries.length, data + extra - sharing);
  });

  it("explain a figure of a machine that the account covers, over at most three days", async () => {
    const ask = async (search: Record<string, string>, at = site, own = cookie) =>
      fetch(`${at.url}/line01-overview/why.json?${new URLSearchParams(search).toString()}`, { headers: { cookie: own } });
    const filler = "acme.galway.bottling.line01.filler01";
    const hour = { asset: filler, from: String(NOON - 3_600_000), to: String(NOON) };
    const explained = (await (await ask(hour)).json()) as Explanation;
    assert.equal(explained.asset, filler);
    assert.equal(
      explained.time.reduce((sum, { ms }) => sum + ms, 0),
      3_600_000,
    );
    const refused = [
      { ...hour, asset: "acme.galway.bottling.line02.filler01" },
      { ...hour, asset: "acme.galway.bottling.line01filler01" },
      { ...hour, from: hour.to },
      { ...hour, from: "yesterday" },
      { ...hour, from: String(NOON - 80 * 3_600_000) },
      { ...hour, shift: "early", day: "10.03.2026" },
    ];
    for (const search of refused) assert.equal((await ask(search)).status, 400, JSON.stringify(search));
    assert.equal((await ask(hour, site, "")).status, 401);
    const unexplained = await startBoardSite({ now: () => NOON });
    try {
      assert.equal((await ask(hour, unexplained, await unexplained.signIn())).status, 404);
    } finally {
      await unexplained.stop();
    }
  });

  it("give the raw samples behind a figure as a sheet", async () => {
    const search = new URLSearchParams({
      asset: "acme.galway.bottling.line01.filler01",
      from: String(NOON - 3_600_000),
      to: String(NOON),
    });
    const answer = await fetch(`${board()}/samples.csv?${search.toString()}`, { headers: { cookie } });
    assert.match(answer.headers.get("content-disposition") ?? "", /samples-2026-03-10T1147\.csv/);
    const [head, first] = (await answer.text()).split("\n");
    assert.equal(head, "time,tag,value,unit,quality,status");
    assert.match(first ?? "", /^2026-03-10T1[12]:\d\d:\d\d\.\d{3}Z,acme\.galway\.bottling\.line01\.filler01\.\S+,[^,]*,,Good,$/);
  });

  it("take notes and sign-offs of a shift report from those who may, for the revision that was seen", async () => {
    const plant = new ReportedPlant();
    await plant.push(shiftOfSamples());
    const address = "/line01-overview/report?day=2026-03-10&shift=early";
    for (const [role, note, sign] of [
      ["viewer", 403, 403],
      ["operator", 303, 403],
      ["supervisor", 303, 303],
    ] as const) {
      const reported = await startBoardSite({
        now: () => NOON,
        identity: oneAccount({ ...ANNA, roles: [role] }),
        reports: reportsOf(plant),
      });
      try {
        const own = await reported.signIn();
        const page = await fetch(reported.url + address, { headers: { cookie: own } });
        assert.equal(page.status, 200);
        assert.match(await page.text(), /Early shift, Tuesday,? 10 March 2026/);
        const post = async (fields: Record<string, string>, headers: Record<string, string> = {}): Promise<number> =>
          (
            await fetch(reported.url + address, {
              method: "POST",
              headers: { cookie: own, ...headers },
              body: new URLSearchParams(fields),
              redirect: "manual",
            })
          ).status;
        assert.equal(await post({ do: "note", text: `of the ${role}` }), note, role);
        assert.equal(await post({ do: "sign", revision: "1" }), sign, role);
        assert.equal(await post({ do: "note", text: "x" }, { origin: "https://elsewhere.example" }), 403);
        assert.equal(await post({ do: "note", text: "x".repeat(1_001) }), note === 303 ? 400 : 403);
        assert.equal(await post({ do: "sign", revision: "2" }), sign === 303 ? 409 : 403);
        assert.equal(await post({ do: "shout" }), 400);
        assert.equal(await post({ do: "reopen", reason: " " }), sign === 303 ? 400 : 403);
        if (sign === 303) {
          const text = async (): Promise<string> => (await fetch(reported.url + address, { headers: { cookie: own } })).text();
          assert.match(await text(), /Closed: statements about this shift are refused/);
          assert.equal(await post({ do: "reopen", reason: "Wrong <product>" }), 303);
          assert.equal(await post({ do: "reopen", reason: "Wrong product" }), 409, "it is open");
          assert.match(await text(), /Reopened: .* by anna, .*: “Wrong &lt;product&gt;”.*Sign revision 1 and close/s);
        }
        for (const search of ["day=2026-03-10&shift=night", "day=10.03.2026&shift=early", "day=2026-02-30&shift=early"]) {
          const none = await fetch(`${reported.url}/line01-overview/report?${search}`, { headers: { cookie: own } });
          assert.equal(none.status, 404, search);
        }
      } finally {
        await reported.stop();
      }
    }
    const kinds = plant.ledger.entries.filter(({ author }) => author === ANNA.name).map(({ kind }) => kind);
    assert.deepEqual(kinds, ["report.note.v1", "report.note.v1", "report.signoff.v1", "period.closed.v1", "period.reopened.v1"]);
  });

  it("lead from every page to the places that this site has", async () => {
    const { ports } = terminalLedger(await demoModel(), () => NOON);
    const staffed = await startBoardSite({ identity: oneAccount(), now: () => NOON, terminal: ports });
    try {
      const own = await staffed.signIn();
      const base = new URL(staffed.url).pathname;
      assert.deepEqual(await places(staffed.url, own), [`${base} (here)`, `${base}/terminal`]);
      assert.deepEqual(await places(`${staffed.url}/line01-overview`, own), [base, `${base}/terminal`]);
      assert.deepEqual(await places(`${staffed.url}/terminal/${FILLER}`, own), [base, `${base}/terminal`]);
      assert.deepEqual(await places(`${staffed.url}/login`, own), [], "before sign-in there is nowhere to go");
      assert.deepEqual(await places(`${site.url}/line01-overview`, cookie), [base], "no terminals here");
    } finally {
      await staffed.stop();
    }
  });

  it("show only boards that the account covers", async () => {
    const elsewhere = await startBoardSite({ identity: oneAccount({ ...ANNA, scope: ["acme.cork"] }), now: () => NOON });
    try {
      const own = await elsewhere.signIn();
      assert.equal((await fetch(`${elsewhere.url}/line01-overview`, { headers: { cookie: own } })).status, 404);
      assert.match(await (await fetch(elsewhere.url, { headers: { cookie: own } })).text(), /no board that your account covers/);
    } finally {
      await elsewhere.stop();
    }
  });

  it("show nothing and say what to do when no sign-in is configured", async () => {
    for (const identity of [undefined, { ...oneAccount(), configured: false }]) {
      const open = await startBoardSite({ identity, now: () => NOON });
      try {
        for (const path of ["", "/line01-overview", "/line01-overview/stream", "/login"]) {
          const answer = await fetch(open.url + path, { headers: { cookie } });
          assert.equal(answer.status, 503, path);
          assert.match(await answer.text(), /settings\.twinline\.identity/);
        }
      } finally {
        await open.stop();
      }
    }
  });

  it("write names of equipment and people as text", async () => {
    const evil = "<img src=x onerror=alert(1)>";
    const marked = await startBoardSite({
      identity: oneAccount({ ...ANNA, label: evil }),
      alter: (b) => ({ ...b, title: evil }),
      now: () => NOON,
    });
    try {
      const own = await marked.signIn();
      const page = await (await fetch(`${marked.url}/line01-overview`, { headers: { cookie: own } })).text();
      assert.doesNotMatch(page, /<img src=x/);
      assert.match(page, /&lt;img src=x/);
    } finally {
      await marked.stop();
    }
  });
});

describe("boards that are shown differently after a change of the plant files", () => {
  it("end the streams of pages built before, so that no figure stands beside a unit of another one", async () => {
    const site = await startBoardSite({ now: () => NOON });
    try {
      const headers = { cookie: await site.signIn() };
      const [address, before] = [`${site.url}/line01-overview`, site.boards[0]];
      assert.ok(before);
      const answer = await fetch(`${address}/stream`, { headers });
      const old = await (await fetch(`${address}/spec.json`, { headers })).text();
      let ended = false;
      const reading = answer.text().then(() => (ended = true));
      site.boards[0] = { ...before };
      site.renew();
      assert.equal((await fetch(`${address}/spec.json`, { headers })).status, 200);
      assert.equal(ended, false, "an equal board goes on");
      site.boards[0] = inDisplayUnits(before, new Map([["g", "[oz_av]"]]));
      site.renew();
      await reading;
      const now = await (await fetch(`${address}/spec.json`, { headers })).text();
      assert.match(now, /"unit":"oz"/);
      assert.doesNotMatch(old, /"unit":"oz"/);
    } finally {
      await site.stop();
    }
  });
});

describe("boards whose account file is not usable", () => {
  it("answer without the reason, and the log has it", async () => {
    const identity = { ...oneAccount(), configured: true, authenticate: () => Promise.reject(new Error("accounts.json is not JSON")) };
    const site = await startBoardSite({ now: () => NOON, identity });
    try {
      const answer = await fetch(`${site.url}/login`, { method: "POST", body: new URLSearchParams({ name: "anna", password: "x" }) });
      assert.equal(answer.status, 500);
      assert.doesNotMatch(await answer.text(), /accounts\.json/);
      assert.deepEqual(site.faults, ["A request for the boards failed: accounts.json is not JSON"]);
    } finally {
      await site.stop();
    }
  });
});
