/** Alarms: the reference of ISA-18.2 reproduced, and a twin that is killed between alarm and delivery tells everybody all the same. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { SMTPServer } from "smtp-server";
import {
  ALARM_STATES,
  type AlarmPriority,
  type AlarmState,
  type AlarmTrigger,
  alarmPerformance,
  type Annunciation,
  isInhibited,
  nextState,
} from "../../../core/operate/alarm/index.ts";
import type { Proof, ProofResult } from "../proof.ts";
import { allAtOnce, longLedger, owners } from "./alarm-system.ts";

const FILE = new URL("../../../../shared/reference/alarm/isa18_2.json", import.meta.url);

interface Reference {
  readonly events: readonly (readonly [number, string, "ACT" | "RTN", ("L" | "M" | "H")?])[];
  readonly endSec: number;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly transitions: readonly (readonly [string, string, string])[];
}

const STATES = Object.keys(ALARM_STATES) as AlarmState[];
const PRIORITY = { L: "low", M: "medium", H: "high" } as const satisfies Record<string, AlarmPriority>;
const WORDS: Readonly<Record<string, AlarmTrigger>> = {
  "alarm occurs": "alarm",
  "re-alarm": "alarm",
  "alarm recurs": "alarm",
  acknowledge: "acknowledge",
  "process returns to normal (non-latching)": "return",
  "process returns to normal (latching)": "return",
  "operator reset": "reset",
  shelve: "shelve",
  "unshelve (normal)": "unshelve",
  "unshelve (in alarm)": "unshelve",
  "suppress by design": "suppress",
  "remove from service": "remove-from-service",
};

export const alarms: Proof = {
  title: "Alarms by ISA-18.2, told over real mail and webhook",
  async run(progress) {
    const reference = JSON.parse(readFileSync(FILE, "utf8")) as Reference;
    return [
      transitions(reference),
      figures(reference),
      await delivered(progress),
      await inherited(progress),
      ...(await owners()),
      await allAtOnce(),
      ...(await longLedger(progress)),
    ];
  },
};

function transitions({ transitions: all }: Reference): ProofResult {
  let [right, checked] = [0, 0];
  for (const [from, words, to] of all) {
    const states = STATES.filter((state) => from === "any" || (from === "A..F" ? !isInhibited(state) : ALARM_STATES[state] === from));
    for (const state of states) {
      const next = nextState(state, WORDS[words] ?? "reset", {
        latching: words.includes("(latching)"),
        active: words.includes("in alarm"),
      });
      checked += 1;
      if (next !== undefined && ALARM_STATES[next] === to) right += 1;
    }
  }
  return {
    claim: "transitions of the ISA-18.2 state diagram",
    figure: `${right} of ${checked} lead where the reference says`,
    bound: "all 37, from every state that a row stands for",
    pass: right === checked && checked === 37,
  };
}

function figures({ events, endSec, expected }: Reference): ProofResult {
  const all: { -readonly [K in keyof Annunciation]: Annunciation[K] }[] = [];
  for (const [seconds, alarm, what, priority] of events) {
    if (what === "ACT") all.push({ alarm, priority: PRIORITY[priority ?? "L"], time: seconds * 1000, returned: null });
    else Object.assign(all.findLast((one) => one.alarm === alarm) ?? {}, { returned: seconds * 1000 });
  }
  const found = alarmPerformance(all, 0, endSec * 1000);
  const { low, medium, high } = found.byPriority;
  const ours: Readonly<Record<string, unknown>> = {
    annunciated: found.annunciated,
    avgPer10min: found.averagePer10min,
    maxPer10minFixedBin: found.maximumPer10min,
    binsOver10: found.binsOver10,
    pctBinsOver10: (found.shareOfBinsOver10 ?? 0) * 100,
    top: found.badActors.slice(0, 3).map(({ alarm, count }) => [alarm, count]),
    chattering_3in60s: found.chattering,
    stale_over24h: found.stale,
    priorityCounts: { L: low, M: medium, H: high },
    fleeting: found.fleeting.join(),
  };
  const equal = Object.keys(expected).filter((name) => JSON.stringify(ours[name]) === JSON.stringify(expected[name]));
  return {
    claim: "alarm figures of the reference log",
    figure: `${equal.length} of ${Object.keys(expected).length} equal to the last digit`,
    bound: "all",
    pass: equal.length === Object.keys(expected).length,
  };
}

const NAMES = ["first", "second", "third"] as const;

/** Three times: an alarm is stated, and the process is killed before anybody could take it. Then relay and webhook come up. */
async function delivered(progress: (line: string) => void): Promise<ProofResult> {
  const userDir = mkdtempSync(path.join(tmpdir(), "twinline-alarm-proof-"));
  const [mailPort, hookPort] = [await freePort(), await freePort()];
  const [mails, posts]: [string[], string[]] = [[], []];
  const start = (): ChildProcess =>
    spawn(process.execPath, ["test/support/alarm-process.ts", userDir, String(mailPort), `http://127.0.0.1:${hookPort}/`], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, TWINLINE_PLANT_DIR: path.resolve("plant/site"), NODE_NO_WARNINGS: "1" },
    });
  try {
    for (const name of NAMES) {
      const child = start();
      await said(child, "ready");
      const stated = said(child, `stated acme.galway.bottling.line01.filler01.${name}`);
      child.stdin?.write(`raise ${name}\n`);
      await stated;
      child.kill("SIGKILL");
      await new Promise((resolve) => child.once("exit", resolve));
      progress(`killed after the ledger had the ${name} alarm`);
    }
    const relay = await mailRelay(mailPort, mails);
    const hook = await webhook(hookPort, posts);
    const child = start();
    const arrived = (): boolean =>
      NAMES.every((name) => [mails, posts].every((got) => got.some((text) => text.includes(`Condition ${name}`))));
    const deadline = Date.now() + 60_000;
    while (!arrived() && Date.now() < deadline) await said(child, "sent ", deadline - Date.now());
    child.kill("SIGKILL");
    relay.close();
    hook.close();
    const count = (got: readonly string[]): number => NAMES.filter((name) => got.some((text) => text.includes(`Condition ${name}`))).length;
    return {
      claim: "kill -9 between alarm and delivery loses nothing",
      figure: `${count(mails)} of 3 alarms by mail in ${mails.length} messages, ${count(posts)} of 3 by webhook in ${posts.length}`,
      bound: "3 of 3 by both, after three kills with relay and webhook away",
      pass: arrived(),
    };
  } finally {
    rmSync(userDir, { recursive: true, force: true });
  }
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

const SEAL = "acme.galway.bottling.line01.filler01.seal";

/** An alarm is stated, the process is killed, and the flow that starts then has the alarm in another node. */
export async function inherited(progress: (line: string) => void): Promise<ProofResult> {
  const userDir = mkdtempSync(path.join(tmpdir(), "twinline-alarm-proof-"));
  const start = (owner: string): ChildProcess =>
    spawn(process.execPath, ["test/support/alarm-process.ts", userDir, "9", "http://127.0.0.1:9/", owner], {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, TWINLINE_PLANT_DIR: path.resolve("plant/site"), NODE_NO_WARNINGS: "1" },
    });
  try {
    const first = start("first");
    await said(first, "ready");
    const stated = said(first, `stated ${SEAL} 1`);
    first.stdin?.write("raise seal\n");
    await stated;
    await kill(first);
    progress("killed the owner of an open alarm; the flow that starts now has it in another node");
    const next = start("next");
    const lines: string[] = [];
    next.stdout?.on("data", (chunk: Buffer) => lines.push(...chunk.toString("utf8").split("\n")));
    await said(next, `stated ${SEAL}`);
    // Said again, it is a re-alarm of the same statement.
    const again = said(next, `stated ${SEAL} 3`);
    next.stdin?.write("raise seal\n");
    await again;
    await kill(next);
    const told = lines.filter((line) => line.startsWith(`stated ${SEAL}`)).map((line) => line.slice(`stated ${SEAL} `.length));
    return {
      claim: "kill -9, then a flow without the owner of an open alarm: the next one goes on with it",
      figure: told.join(", then ") || "nothing stated",
      bound: "revisions 2 and 3 of the one statement, open, by the next owner",
      pass: told.join() === ['2 "next" open', '3 "next" open'].join(),
    };
  } finally {
    rmSync(userDir, { recursive: true, force: true });
  }
}

/** Resolves when the process prints a line that begins so, or after a while. */
function said(child: ChildProcess, words: string, within = 60_000): Promise<void> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: child.stdout ?? process.stdin });
    const done = (): void => {
      clearTimeout(timer);
      lines.close();
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, within));
    lines.on("line", (line) => line.startsWith(words) && done());
  });
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function mailRelay(port: number, mails: string[]): Promise<SMTPServer> {
  const relay = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    onData: (stream, _session, done) => {
      let text = "";
      stream.on("data", (part: Buffer) => (text += part.toString("utf8")));
      stream.on("end", () => {
        mails.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => relay.listen(port, "127.0.0.1", resolve));
  return relay;
}

async function webhook(port: number, posts: string[]): Promise<http.Server> {
  const server = http.createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => (text += part.toString("utf8")));
    request.on("end", () => {
      posts.push(text);
      response.writeHead(200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}
