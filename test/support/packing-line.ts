/** A small line for tests: a feeder, two packers side by side, a conveyor that says nothing, and a palletizer. */
import { loadPlant, type PlantModel } from "../../core/connect/model/index.ts";
import { LINE_DEFAULTS, type LineSettings, oeeLine, type OeeLine } from "../../core/operate/line/index.ts";

export const LINE = "acme.galway.hall.line";
export const at = (station: string): string => `${LINE}.${station}`;

const SITE = `plant: { enterprise: acme, site: galway, zone: UTC }
classes:
  machine:
    contract: _machine_v1
    stateMap: { profile: packml-opcua }
    roles: { state: state, unitMode: mode, processed: processed, defective: defective, product: product, heartbeat: beat, blocked: blocked, starved: starved }
    tags:
      state: { type: enum, values: { 6: Execute } }
      mode: { type: enum, values: { 1: Production, 4: Changeover } }
      processed: { type: int, range: { min: 0, max: 65535 } }
      defective: { type: int }
      product: { type: string }
      beat: { type: int }
      blocked: { type: bool }
      starved: { type: bool }
`;

/** The palletizer is the slowest for small ones, the feeder for large ones. */
const PRODUCTS = `products:
  small: { idealCycleSeconds: { "*": 1, hall.line.feeder: 0.5 } }
  large: { idealCycleSeconds: { "*": 3, hall.line.feeder: 4 } }
`;

/** `line`: what the line's own entry says, e.g. `constraint: feeder`; `stations`: equipment in place of the usual. */
export function packingSite(line: string, stations: readonly string[] = PACKING): { name: string; text: string }[] {
  const entry = `  hall.line: { kind: ProductionLine${line === "" ? "" : `, line: { ${line} }`} }`;
  return [
    { name: "site.yaml", text: SITE },
    { name: "products.yaml", text: stations === PACKING ? PRODUCTS : PRODUCTS.replaceAll(/, hall[^}]*/g, " ") },
    {
      name: "line.yaml",
      text: ["equipment:", "  hall: { kind: Area }", entry, ...stations.map((one) => `  hall.line.${one}`), ""].join("\n"),
    },
  ];
}

export const PACKING: readonly string[] = [
  "feeder: { kind: WorkCell, class: machine, feeds: [packer1, packer2] }",
  "packer1: { kind: WorkCell, class: machine, feeds: [conveyor] }",
  "packer2: { kind: WorkCell, class: machine, feeds: [conveyor] }",
  "conveyor: { kind: WorkCell, feeds: [palletizer] }",
  "palletizer: { kind: WorkCell, class: machine }",
];

/** Stations in a row, each a machine. */
export function inARow(...names: readonly string[]): string[] {
  return names.map((name, i) => {
    const next = names[i + 1];
    return `${name}: { kind: WorkCell, class: machine${next === undefined ? "" : `, feeds: [${next}]`} }`;
  });
}

export function modelOf(line: string, stations?: readonly string[]): PlantModel {
  const reading = loadPlant(packingSite(line, stations));
  if ("problems" in reading) throw new Error(reading.problems.map(({ message }) => message).join("\n"));
  return reading.model;
}

export function lineOf(line: string, stations?: readonly string[], change: Partial<LineSettings> = {}): OeeLine {
  const settings = { ...LINE_DEFAULTS, microStopMs: 0, silenceMs: 60_000, unknown: "exclude", ...change } as const;
  const result = oeeLine(modelOf(line, stations), LINE, settings);
  if ("fault" in result) throw new Error(result.fault);
  return result;
}
