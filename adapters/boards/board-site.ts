/** The pages, data and sign-in of the viewer over plain HTTP, below one base path. Nothing is answered without sign-in. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Board, type BoardServer, parseView, shownBoard } from "../../core/see/board/index.ts";
import { covers, type Identity, type Person } from "../../core/govern/identity/index.ts";
import type { Sessions } from "../accounts/index.ts";
import { type AlarmList, alarmsPage } from "../alarms/index.ts";
import { type ChartDesk, chartPage, chartsPage, measurePage } from "../charts/index.ts";
import type { Answer, SharedScreens, Visitor } from "../shared-screen/index.ts";
import { type Terminal, terminalPage, terminalsPage } from "../terminal/index.ts";
import type { Asset } from "./assets.ts";
import { stream } from "./event-stream.ts";
import { boardPage, type Frame, indexPage, loginPage, plainPage } from "./pages.ts";
import { type ReportSource, showReport, writeReport } from "./report-site.ts";
import { parseWindow, sampleSheet, type WhySource } from "./why.ts";
import { cookieOf, HEADERS, isJson, localPath, readForm, readJson, sameOrigin, touchedOf } from "./web.ts";

export interface BoardSiteOptions {
  /** Absent: no sign-in is configured, and everything is refused. */
  readonly identity: Identity | undefined;
  readonly boards: () => readonly Board[];
  readonly server: BoardServer;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly sessions: Sessions;
  /** Absent: figures are not explained here. */
  readonly why?: WhySource;
  /** Absent: there are no shift reports. */
  readonly reports?: ReportSource;
  /** Absent: nobody can identify at a shared screen. */
  readonly screens?: SharedScreens;
  /** Absent: there are no operator terminals. */
  readonly terminal?: Terminal;
  /** Absent: there is no alarm list. */
  readonly alarms?: AlarmList;
  /** Absent: there are no control charts. */
  readonly charts?: ChartDesk;
  readonly now: () => number;
  /** Why a request failed inside; for the log. */
  readonly fault: (sentence: string) => void;
}

interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path of the viewer on its server, without a slash at its end. */
  readonly base: string;
  readonly url: URL;
}

const COOKIE = "twinline_boards";
const MOST_STREAMS = 500;
const MOST_STREAMS_EACH = 30;
const NOT_CONFIGURED =
  "Nobody can sign in here yet. Give Node-RED's settings file an identity with at least one account (settings.twinline.identity) and restart.";

export class BoardSite {
  readonly #options: BoardSiteOptions;
  readonly #sessions: Sessions;
  readonly #streams = new Map<ServerResponse, { readonly name: string; board: Board }>();

  constructor(options: BoardSiteOptions) {
    this.#options = options;
    this.#sessions = options.sessions;
  }

  /** Pages that are open and receive data. */
  get viewers(): number {
    return this.#streams.size;
  }

  /** `path` is the address below `base`, with its query string. Never throws. */
  async handle(request: IncomingMessage, response: ServerResponse, base: string, path: string): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    try {
      if (path.length > 4_096) return refuse({ response, base }, 414, "Address too long", "The address is too long.");
      await this.#route({ request, response, base, url: new URL(`http://board${path.startsWith("/") ? "" : "/"}${path}`) });
    } catch (error) {
      this.#options.fault(`A request for the boards failed: ${error instanceof Error ? error.message : String(error)}`);
      if (response.headersSent) response.destroy();
      else refuse({ response, base }, 500, "Something went wrong", "The request failed. Try again; the log of Node-RED says more.");
    }
  }

  /** Ends the streams of boards that are shown differently now, e.g. in other units: their pages come again and see it. */
  renew(): void {
    const served = new Map(this.#options.boards().map((board) => [board.id, board] as const));
    for (const [response, open] of this.#streams) {
      const board = served.get(open.board.id);
      if (board === open.board) continue;
      if (board === undefined || JSON.stringify(shownBoard(board)) !== JSON.stringify(shownBoard(open.board))) response.end();
      else open.board = board;
    }
  }

  close(): void {
    for (const response of this.#streams.keys()) response.end();
  }

  async #route(visit: Visit): Promise<void> {
    const { request, response, base, url } = visit;
    const [first = "", second, ...more] = url.pathname.split("/").slice(1);
    const { identity } = this.#options;
    if (first === "assets") return this.#asset(visit, second ?? "");
    if (!identity?.configured) return refuse(visit, 503, "Sign-in is not configured", NOT_CONFIGURED);
    if (request.method === "POST") {
      if (!sameOrigin(request)) return refuse(visit, 403, "Refused", "This request came from another site.");
      if (first === "login") return this.#signIn(visit, identity);
      if (first === "logout") return this.#signOut(visit);
      if (first === "terminal" && more.length <= 1) return this.#enter(visit, second ?? "", more[0], identity);
      if (first === "alarms" && more.length === 0) return this.#respond(visit, second ?? "", identity);
      if (first === "charts" && (more.length === 0 || isMeasure(more, true))) return this.#act(visit, second ?? "", more, identity);
    }
    const writes = request.method === "POST" && second === "report";
    if (request.method !== "GET" && request.method !== "HEAD" && !writes) return refuse(visit, 405, "Refused", "Boards are only read.");
    if (first === "login") return html(response, 200, loginPage(base, localPath(url.searchParams.get("to"))));
    const person = await this.#person(request, identity);
    if (!person) return this.#askToSignIn(visit, first === "terminal" || first === "charts" ? more[isMeasure(more) ? 1 : 0] : second);
    if (first === "terminal") return this.#terminal(visit, second ?? "", more, person);
    if (first === "alarms" && this.#options.alarms !== undefined)
      return this.#alarms(visit, this.#options.alarms, second ?? "", more, person);
    if (first === "charts" && this.#options.charts !== undefined)
      return this.#charts(visit, this.#options.charts, second ?? "", more, person);
    const boards = this.#options.boards().filter((board) => covers(person, board.asset));
    const { alarms, charts } = this.#options;
    const lists = { alarms: alarms !== undefined, charts: charts !== undefined };
    if (first === "") return html(response, 200, indexPage(this.#frame(base, "Boards", person), boards, lists));
    const board = boards.find((candidate) => candidate.id === first);
    if (!board || more.length > 0) return refuse(visit, 404, "No such board", "There is no such board, or your account does not cover it.");
    if (second === undefined || second === "")
      return html(
        response,
        200,
        boardPage(this.#frame(base, board.title, person), board, this.#options.reports !== undefined && board.shiftReports === true),
      );
    if (second === "spec.json") return json(response, 200, shownBoard(board));
    if (second === "stream") return this.#stream(visit, board, person, identity);
    if (second === "report") return this.#report(visit, board, person, writes);
    if (second === "why.json" || second === "samples.csv") return this.#why(visit, board, person, second);
    return refuse(visit, 404, "Not found", "There is nothing here.");
  }

  #frame(base: string, title: string, person: Person): Frame {
    const { alarms, charts, terminal } = this.#options;
    const places = [
      { path: "", title: "Boards" },
      ...(alarms === undefined ? [] : [{ path: "alarms", title: "Alarms" }]),
      ...(charts === undefined ? [] : [{ path: "charts", title: "Control charts" }]),
      ...((terminal?.stations(person) ?? []).length === 0 ? [] : [{ path: "terminal", title: "Terminals" }]),
    ];
    return { base, title, person, places };
  }

  async #why({ response, url }: Visit, board: Board, person: Person, what: "why.json" | "samples.csv"): Promise<void> {
    const { why } = this.#options;
    if (!why) return json(response, 404, { code: "NOT_FOUND", message: "Figures are not explained here." });
    const window = parseWindow(board, url.searchParams, person);
    if ("fault" in window) return json(response, 400, { code: "BAD_WINDOW", message: window.fault });
    if (what === "why.json") return json(response, 200, await why.explain(window));
    const sheet = await sampleSheet(why, window);
    if ("fault" in sheet) return json(response, 413, { code: "TOO_MANY", message: sheet.fault });
    response.setHeader(
      "content-disposition",
      `attachment; filename="samples-${new Date(window.from).toISOString().slice(0, 16).replaceAll(":", "")}.csv"`,
    );
    response.writeHead(200, { "content-type": "text/csv; charset=utf-8", "cache-control": "no-store" }).end(sheet.text);
  }

  async #report(visit: Visit, board: Board, person: Person, writes: boolean): Promise<void> {
    const { request, response, base, url } = visit;
    const { reports } = this.#options;
    if (!reports || board.shiftReports !== true) return refuse(visit, 404, "No reports", "There are no shift reports here.");
    const form = writes ? await readForm(request) : undefined;
    if (writes && form === undefined) return refuse(visit, 413, "Too large", "The form was too large.");
    const frame = this.#frame(base, `Shift report, ${board.title}`, person);
    const answer = form
      ? await writeReport(reports, board, person, url.searchParams, form)
      : await showReport(reports, board, person, frame, url.searchParams);
    if (answer.status === 200) return html(response, 200, answer.page);
    if (answer.status === 303) return redirect(response, `${base}${answer.to}`);
    return refuse(visit, answer.status, answer.title, answer.sentence);
  }

  #asset({ request, response, base }: Visit, name: string): void {
    // Browser modules import each other by the names of their sources.
    const asset = this.#options.assets.get(name) ?? this.#options.assets.get(name.replace(/\.ts$/, ".js"));
    if (!asset) return refuse({ response, base }, 404, "Not found", "There is nothing here.");
    response.setHeader("cache-control", "no-cache");
    response.setHeader("etag", asset.etag);
    if (request.headers["if-none-match"] === asset.etag) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, { "content-type": asset.type, "content-length": asset.body.length });
    response.end(request.method === "HEAD" ? undefined : asset.body);
  }

  async #signIn({ request, response, base }: Visit, identity: Identity): Promise<void> {
    const form = await readForm(request);
    if (form === undefined) return html(response, 413, loginPage(base, "", "The form was too large."));
    const [name, password] = [form.get("name") ?? "", form.get("password") ?? ""];
    const to = localPath(form.get("to"));
    const address = request.socket.remoteAddress ?? "";
    const waitMs = identity.retryAfterMs?.(name, address) ?? 0;
    if (waitMs > 0) {
      response.setHeader("retry-after", Math.ceil(waitMs / 1_000));
      return html(response, 429, loginPage(base, to, `Too many attempts. Try again in ${Math.ceil(waitMs / 1_000)} s.`));
    }
    const person = await identity.authenticate(name, password, address);
    if (!person) return html(response, 401, loginPage(base, to, "Account or password is wrong."));
    this.#sessions.close(cookieOf(request, COOKIE));
    this.#setCookie(request, response, base, this.#sessions.open(person.name, this.#options.now()), this.#sessions.limits.absoluteMs);
    redirect(response, `${base}${to}`);
  }

  #signOut({ request, response, base }: Visit): void {
    this.#sessions.close(cookieOf(request, COOKIE));
    this.#setCookie(request, response, base, "", 0);
    redirect(response, `${base}/login`);
  }

  #setCookie(request: IncomingMessage, response: ServerResponse, base: string, token: string, ageMs: number): void {
    const secure = "encrypted" in request.socket ? "; Secure" : "";
    response.setHeader(
      "set-cookie",
      `${COOKIE}=${token}; Path=${base || "/"}; HttpOnly; SameSite=Strict; Max-Age=${Math.floor(ageMs / 1_000)}${secure}`,
    );
  }

  async #person(request: IncomingMessage, identity: Identity): Promise<Person | null> {
    const name = this.#sessions.use(cookieOf(request, COOKIE), this.#options.now());
    return name === undefined ? null : identity.find(name);
  }

  #askToSignIn({ response, base, url }: Visit, second: string | undefined): void {
    if (second !== undefined && second !== "" && second !== "report")
      return json(response, 401, { code: "SIGN_IN", message: "Sign in first." });
    const to = url.pathname === "/" ? "" : `${url.pathname}${url.search}`;
    redirect(response, `${base}/login${to === "" ? "" : `?to=${encodeURIComponent(to)}`}`);
  }

  async #terminal(visit: Visit, station: string, more: readonly string[], person: Person): Promise<void> {
    const { response, base, url } = visit;
    const { terminal } = this.#options;
    const stations = terminal?.stations(person) ?? [];
    if (station === "" && more.length === 0) return html(response, 200, terminalsPage(this.#frame(base, "Terminals", person), stations));
    const machine = stations.find(({ path }) => path === station);
    if (!terminal || !machine || more.length > 1) return refuse(visit, 404, "No such terminal", NO_STATION);
    if (more[0] === "data.json") return json(response, 200, await terminal.view(station, this.#visitor(visit, person), touchedOf(url)));
    if (more[0] !== undefined) return refuse(visit, 404, "Not found", "There is nothing here.");
    const label = machine.label ?? station;
    return html(response, 200, terminalPage(this.#frame(base, label, person), { asset: station, label }));
  }

  #visitor({ request }: Pick<Visit, "request">, person: Person): Visitor {
    return { person, session: cookieOf(request, COOKIE) ?? "" };
  }

  async #alarms(visit: Visit, alarms: AlarmList, what: string, more: readonly string[], person: Person): Promise<void> {
    const { response, base, url } = visit;
    if (more.length > 0) return refuse(visit, 404, "Not found", "There is nothing here.");
    if (what === "") return html(response, 200, alarmsPage(this.#frame(base, "Alarms", person)));
    if (what === "data.json") return json(response, 200, await alarms.view(person));
    if (what === "alarms.csv") {
      response.setHeader("content-disposition", `attachment; filename="alarms.csv"`);
      response.writeHead(200, { "content-type": "text/csv; charset=utf-8", "cache-control": "no-store" }).end(alarms.table(person));
      return;
    }
    if (what === "told.json") {
      const told = await alarms.told(person, url.searchParams.get("path") ?? "", Number(url.searchParams.get("start") ?? "NaN"));
      return json(response, told.status, told.body);
    }
    if (what !== "history.json") return refuse(visit, 404, "Not found", "There is nothing here.");
    const history = await alarms.history(person, Number(url.searchParams.get("hours") ?? "24"));
    if (history === undefined) return json(response, 400, { code: "BAD_HOURS", message: "History is shown of 8, 24, 168 or 720 hours." });
    return json(response, 200, history);
  }

  async #respond({ request, response }: Visit, path: string, identity: Identity): Promise<void> {
    const { alarms } = this.#options;
    const person = await this.#person(request, identity);
    if (!person) return json(response, 401, { code: "SIGN_IN", message: "Sign in first." });
    if (!alarms) return json(response, 404, { code: "NOT_FOUND", message: "There is no alarm list here." });
    if (!isJson(request)) return json(response, 415, { code: "NOT_JSON", message: "Responses are sent as application/json." });
    const body = await readJson(request, path === "" ? LARGEST_DEED : undefined);
    if ("fault" in body) return json(response, 400, { code: "BAD_REQUEST", message: body.fault });
    const { status, body: said } =
      path === "" ? await alarms.acknowledge(person, body.value) : await alarms.respond(path, person, body.value);
    return json(response, status, said);
  }

  async #charts(visit: Visit, charts: ChartDesk, path: string, more: readonly string[], person: Person): Promise<void> {
    const { response, base, url } = visit;
    if (path === "" && more.length === 0) return html(response, 200, chartsPage(this.#frame(base, "Control charts", person)));
    if (path === "data.json" && more.length === 0) return json(response, 200, await charts.list(person));
    if (more.length > 1 || !charts.has(person, path)) return refuse(visit, 404, "No such chart", NO_CHART);
    if (more[0] === undefined) return html(response, 200, chartPage(this.#frame(base, charts.labelOf(path), person), path));
    if (isMeasure(more) && charts.isByHand(person, path))
      return html(response, 200, measurePage(this.#frame(base, charts.labelOf(path), person), path));
    if (more[0] === "measure.json") {
      const view = await charts.measureView(this.#visitor(visit, person), path, touchedOf(url));
      return view === undefined ? refuse(visit, 404, "Not found", "There is nothing here.") : json(response, 200, view);
    }
    if (more[0] !== "data.json") return refuse(visit, 404, "Not found", "There is nothing here.");
    const view = await charts.view(person, path, Number(url.searchParams.get("hours") ?? "8"));
    if (view === undefined) return json(response, 400, { code: "BAD_HOURS", message: "A chart is shown of 2, 8, 24 or 168 hours." });
    return json(response, 200, view);
  }

  async #act({ request, response }: Visit, path: string, more: readonly string[], identity: Identity): Promise<void> {
    const { charts } = this.#options;
    const person = await this.#person(request, identity);
    if (!person) return json(response, 401, { code: "SIGN_IN", message: "Sign in first." });
    if (!charts) return json(response, 404, { code: "NOT_FOUND", message: "There are no control charts here." });
    if (!isJson(request)) return json(response, 415, { code: "NOT_JSON", message: "What a chart is asked is sent as application/json." });
    const body = await readJson(request, more.length === 0 ? LARGEST_DEED : undefined);
    if ("fault" in body) return json(response, 400, { code: "BAD_REQUEST", message: body.fault });
    const visitor = this.#visitor({ request }, person);
    const [measure, what] = more;
    const { status, body: said } =
      measure === undefined
        ? await charts.act(person, path, body.value)
        : ((await this.#identification(visitor, charts.assetOf(person, path), what, body.value)) ??
          (await charts.measure(visitor, path, body.value)));
    return json(response, status, said);
  }

  /** Who makes the next entries at a page of a machine; undefined where something else is asked. */
  async #identification(visitor: Visitor, asset: string | undefined, what: string | undefined, body: unknown): Promise<Answer | undefined> {
    const { screens } = this.#options;
    if (screens === undefined || asset === undefined) return undefined;
    if (what === "identify") return screens.identify(asset, visitor, body);
    return what === "release" ? screens.release(asset, visitor) : undefined;
  }

  /** An entry of a terminal, or who makes the next ones. A form of another site can send no JSON without asking first, and is never answered. */
  async #enter({ request, response }: Visit, station: string, what: string | undefined, identity: Identity): Promise<void> {
    const { terminal } = this.#options;
    const person = await this.#person(request, identity);
    if (!person) return json(response, 401, { code: "SIGN_IN", message: "Sign in first." });
    if (!terminal || (what !== undefined && !isPerson(what)) || !terminal.stations(person).some(({ path }) => path === station))
      return json(response, 404, { code: "NO_STATION", message: NO_STATION });
    if (!isJson(request)) return json(response, 415, { code: "NOT_JSON", message: "Entries are sent as application/json." });
    const body = await readJson(request);
    if ("fault" in body) return json(response, 400, { code: "BAD_REQUEST", message: body.fault });
    const visitor = this.#visitor({ request }, person);
    const { status, body: said } =
      (await this.#identification(visitor, station, what, body.value)) ?? (await terminal.enter(station, visitor, body.value));
    return json(response, status, said);
  }

  #stream({ request, response, url }: Visit, board: Board, person: Person, identity: Identity): void {
    const view = parseView(board, url.searchParams, person);
    if ("fault" in view) return json(response, 400, { code: "BAD_VIEW", message: view.fault });
    const own = [...this.#streams.values()].filter(({ name }) => name === person.name).length;
    if (this.#streams.size >= MOST_STREAMS || own >= MOST_STREAMS_EACH) return json(response, 503, FULL);
    const opened = stream(request, response, {
      server: this.#options.server,
      view,
      now: this.#options.now,
      mayStay: async () => {
        const still = await this.#person(request, identity);
        return still !== null && covers(still, board.asset);
      },
      ended: () => this.#streams.delete(response),
    });
    if (opened) this.#streams.set(response, { name: person.name, board });
    else json(response, 503, FULL);
  }
}

/** The page below a chart where people enter what they measured by hand; `orPerson`: or who makes the next entries there. */
function isMeasure([first, ...more]: readonly string[], orPerson = false): boolean {
  return first === "measure" && (more.length === 0 || (orPerson && more.length === 1 && isPerson(more[0])));
}

function isPerson(what: string | undefined): boolean {
  return what === "identify" || what === "release";
}

const NO_STATION = "There is no such machine, or your account does not cover it.";
const NO_CHART = "There is no such chart at work, or your account does not cover it.";
/** A baseline may leave out a thousand points, each with its cause; three hundred alarms may be acknowledged at once. */
const LARGEST_DEED = 400_000;
const FULL = { code: "FULL", message: "Too many boards are open. Close some and try again." };

function html(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" }).end(body);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" }).end(JSON.stringify(body));
}

function redirect(response: ServerResponse, to: string): void {
  response.writeHead(303, { location: to === "" ? "/" : to, "cache-control": "no-store" }).end();
}

function refuse({ response, base }: Pick<Visit, "response" | "base">, status: number, title: string, sentence: string): void {
  html(response, status, plainPage(base, title, sentence));
}
