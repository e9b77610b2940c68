/** A real Node-RED with the editor, a plant of 5,000 tags and a flow that feeds it, for the sidebar and a browser. */
import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import type { Identity, Person } from "../../core/govern/identity/index.ts";
import { equipmentYaml, sheet } from "./large-plant.ts";
import { type FlowNode, type Runtime, startRuntime } from "./runtime.ts";

export const FILLER = "acme.galway.bottling.filler01";
export const SPEED = `${FILLER}._filler_v1.speed`;
/** Harmless only where it is shown as text. */
export const HOSTILE = '<img src=x onerror="window.hacked=1">';

export const EVE: Person = { name: "eve", label: "Eve", roles: ["engineer"], scope: ["*"] };
export const VIC: Person = { name: "vic", label: "Vic", roles: ["viewer"], scope: [FILLER] };
/** Has an account of Node-RED and no role in the plant. */
const NOBODY = "nora";

const CLASSES = `
classes:
  filler:
    contract: _filler_v1
    stateMap: { profile: packml-tmc }
    roles: { state: state }
    tags:
      state: { type: int, address: "{prefix}.State" }
      speed: { type: float, unit: "{bottles}/min", range: { min: 0, max: 600 }, address: "{prefix}.Speed", expectedEverySeconds: 3600 }
      serial: { type: string, address: "{prefix}.Serial", description: '${HOSTILE}' }
      weight: { type: float, unit: g, address: "{prefix}.Weight" }
equipment:
  bottling: { kind: Area }
  bottling.filler01: { kind: ProductionUnit, class: filler, prefix: nsu=urn:f;s=Filler01 }
golden:
  - { protocol: opcua, address: nsu=urn:f;s=Filler01.Speed, value: 60, expect: { tag: bottling.filler01._filler_v1.speed, value: 60 } }
`;

const FLOW: readonly FlowNode[] = [
  { id: "f", type: "tab", label: "Filler" },
  { id: "galway", type: "twin-plant", name: "Galway", version: 1, directory: "plant", watch: false },
  {
    id: "map",
    z: "f",
    x: 200,
    y: 100,
    type: "twin-tag-map",
    name: "Map",
    version: 1,
    plant: "galway",
    rows: [{ address: "ns=9;s={name}Speed", tag: SPEED }],
    wires: [[], []],
  },
  {
    id: "oee",
    z: "f",
    x: 400,
    y: 900,
    type: "twin-oee",
    name: "Effectiveness",
    version: 1,
    plant: "galway",
    bind: "class",
    target: "filler",
    wires: [[], [], []],
  },
  {
    id: "fn",
    z: "f",
    x: 400,
    y: 200,
    type: "function",
    name: "Double the speed",
    func: `if (msg.topic === "${SPEED.replaceAll(".", "/")}") return msg;`,
    outputs: 1,
    wires: [[]],
  },
];

export interface TagsSite {
  readonly runtime: Runtime;
  readonly plantDir: string;
  /** Delivers readings of the filler, as a source would. */
  feed(...readings: readonly (readonly [name: string, value: unknown, more?: object])[]): void;
  ask(person: string, method: "GET" | "POST", route: string, body?: object): Promise<Response>;
  /** Opens the editor as this person. */
  open(page: Page, person: string): Promise<void>;
}

const user = (username: string): object => ({ username, permissions: "*" });

export async function startTagsSite(): Promise<TagsSite> {
  const userDir = mkdtempSync(path.join(tmpdir(), "twinline-tags-"));
  const plantDir = path.join(userDir, "plant");
  mkdirSync(plantDir);
  writeFileSync(
    path.join(plantDir, "site.yaml"),
    "plant: { enterprise: acme, site: galway, zone: UTC }\ncalendars: { always: { zone: UTC, dayStart: '00:00', shifts: { day: { start: '00:00', end: '24:00' } } } }\n",
  );
  writeFileSync(path.join(plantDir, "hall.yaml"), equipmentYaml());
  writeFileSync(path.join(plantDir, "filler.yaml"), CLASSES);
  writeFileSync(path.join(plantDir, "tags.csv"), sheet());
  writeFileSync(path.join(userDir, "flows.json"), JSON.stringify(FLOW));
  const people = [EVE, VIC];
  const identity: Identity = {
    configured: true,
    authenticate: async () => null,
    find: async (name) => people.find((person) => person.name === name) ?? null,
  };
  const runtime = await startRuntime({
    userDir,
    disableEditor: false,
    editorTheme: { tours: false, projects: { enabled: false } },
    adminAuth: {
      type: "credentials",
      users: async (name: string) => ([...people.map((person) => person.name), NOBODY].includes(name) ? user(name) : null),
      authenticate: async (name: string) => user(name),
    },
    twinline: { dataDir: path.join(userDir, "twinline"), identity },
  });
  const tokens = new Map<string, string>();
  const tokenOf = async (person: string): Promise<string> => {
    const known = tokens.get(person);
    if (known !== undefined) return known;
    const response = await fetch(`${runtime.url}/admin/auth/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ client_id: "node-red-editor", grant_type: "password", scope: "", username: person, password: "x" }),
    });
    const { access_token: token } = (await response.json()) as { access_token: string };
    tokens.set(person, token);
    return token;
  };
  let clock = Date.now() - 3_600_000;
  return {
    runtime,
    plantDir,
    feed(...readings) {
      const map = runtime.node<{ receive(message: object): void }>("map");
      for (const [name, value, more] of readings) {
        clock += 1;
        map.receive({
          payload: {
            protocol: "opcua",
            address: `nsu=urn:f;s=Filler01.${name}`,
            value,
            sourceTimestamp: clock,
            received: Date.now(),
            ...more,
          },
        });
      }
    },
    async ask(person, method, route, body) {
      return fetch(`${runtime.url}/admin/${route}`, {
        method,
        headers: { authorization: `Bearer ${await tokenOf(person)}`, "content-type": "application/json", "node-red-api-version": "v2" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },
    async open(page, person) {
      await page.goto(`${runtime.url}/admin/`);
      await page.fill("#node-dialog-login-username", person);
      await page.fill("#node-dialog-login-password", "x");
      await page.click("#node-dialog-login-submit");
      await page.waitForSelector(".red-ui-workspace-chart, #red-ui-workspace-chart");
      await page.waitForFunction("RED.actions.list().some(({ id }) => id === 'twinline:show-tags')");
      await page.evaluate('RED.actions.invoke("twinline:show-tags")');
    },
  };
}

/** Makes a plant file faulty in its last line. */
export function spoil(file: string): void {
  appendFileSync(file, "nonsense: true\n");
}
