/**
 * A Node-RED in a process of its own, to be killed: alarms, their store and their notification. A line `raise <name>` on
 * stdin raises that alarm; it prints `stated <path> <revision> <node> <open or over>` when the ledger has an alarm and
 * `sent <recipient> <outcome>` per attempt. Arguments: user directory, port of a mail relay, address of a webhook, id of the
 * node that has the alarms.
 */
import { createInterface } from "node:readline";
import { ALARM_STATE, alarmCondition } from "../../core/operate/alarm/index.ts";
import { NOTIFICATION_SENT } from "../../core/operate/notification/index.ts";
import type { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import { startRuntime } from "./runtime.ts";

const [userDir = "", port = "0", webhookUrl = "", owner = "alarm"] = process.argv.slice(2);
const FILLER = "acme.galway.bottling.line01.filler01";

const runtime = await startRuntime({ userDir });
const at = { z: "tab", x: 0, y: 0, version: 1 };
const row = { priority: "low", afterMinutes: 0 };
await runtime.deploy([
  { id: "tab", type: "tab", label: "alarms" },
  { id: "galway", type: "twin-plant", name: "G", directory: process.env["TWINLINE_PLANT_DIR"] ?? "plant", watch: false, version: 1 },
  { id: "hist", type: "twin-historian", name: "H", store: "embedded", folder: "historian", plant: "galway", version: 1 },
  {
    ...at,
    id: owner,
    type: "twin-alarm",
    plant: "galway",
    bind: "asset",
    target: FILLER,
    historian: "hist",
    alarms: [{ kind: "condition", alarm: "seal", priority: "high", onDelay: 0, offDelay: 0 }],
    wires: [["store"], [], []],
  },
  { ...at, id: "store", type: "twin-store", historian: "hist", wires: [[]] },
  {
    ...at,
    id: "notify",
    type: "twin-notify",
    plant: "galway",
    historian: "hist",
    recipients: [
      { ...row, name: "Mary", channel: "mail", address: "mary@plant.example" },
      { ...row, name: "Hook", channel: "webhook", address: "line1" },
    ],
    smtpHost: "127.0.0.1",
    smtpPort: Number(port),
    smtpSecurity: "none",
    smtpFrom: "twin@plant.example",
    preset: "ntfy",
    plainHttp: true,
    gatherSeconds: 0,
    quietSeconds: 0,
    credentials: { webhookUrl },
    wires: [[]],
  },
]);

interface Started<T> {
  readonly ok: boolean;
  readonly api: T;
  readonly fault: string;
}

/** What a node gives to others, once it has started. */
async function apiOf<T>(id: string): Promise<T> {
  const { behind } = (await import(new URL("../../dist/nodes/kit/running.js", import.meta.url).href)) as {
    readonly behind: (node: unknown) => { readonly started: Promise<Started<T>> } | undefined;
  };
  const outcome = await behind(runtime.node(id))?.started;
  if (outcome?.ok !== true) throw new Error(`${id}: ${outcome?.fault ?? "not started"}`);
  return outcome.api;
}

const historian = await apiOf<HistorianService>("hist");
historian.subscribe((entries) => {
  for (const { kind, asset, end, revision, data, evidence } of entries) {
    const what = `${revision} ${JSON.stringify(evidence?.["node"])} ${end === null ? "open" : "over"}`;
    if (kind === ALARM_STATE) process.stdout.write(`stated ${asset} ${what}\n`);
    if (kind === NOTIFICATION_SENT) process.stdout.write(`sent ${JSON.stringify(data["recipient"])} ${JSON.stringify(data["outcome"])}\n`);
  }
});
for (const id of [owner, "store", "notify"]) await apiOf(id);
process.stdout.write("ready\n");
createInterface({ input: process.stdin }).on("line", (line) => {
  const [, name = ""] = line.split(" ");
  const payload = alarmCondition(FILLER, Date.now(), { alarm: name, active: true, message: `Condition ${name}` });
  runtime.node<{ receive(message: object): void }>(owner).receive({ payload });
});
