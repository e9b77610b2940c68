/** Which lines a twin-oee stands for beside its machines, and what it does for them. */
import { assetsMatching, type Binding, type Equipment, type PlantModel } from "../../../core/connect/model/index.ts";
import type { Reject } from "../../../core/connect/sample/index.ts";
import {
  type LineSettings,
  oeeLine,
  type OeeLine,
  OeeLines,
  type OeeLineEvent,
  type LinesState,
} from "../../../core/operate/line/index.ts";
import type { CalculatorOptions, MachinesBounds } from "../../../core/operate/oee/index.ts";
import { madeOf } from "../bound/equipment.ts";

/** The stations of a line that say what they do; none for anything that is no line. */
export function stationsOf(model: PlantModel, line: Equipment): readonly Equipment[] {
  if (line.roles.state !== undefined) return [];
  return [...model.equipment.values()].filter(({ parent, roles }) => parent === line.path && roles.state !== undefined);
}

/** Warns of lines that cannot have an OEE although they are bound by name or say how their stations work. */
export function boundLines(model: PlantModel, { bind, target }: Binding, settings: LineSettings, warn: (fault: string) => void): OeeLine[] {
  const named = model.equipment.get(target);
  const candidates = bind === "pattern" ? assetsMatching(model, target) : bind === "asset" && named !== undefined ? [named] : [];
  const lines = candidates.filter((one) => stationsOf(model, one).length > 0);
  const meant = (path: string): boolean => bind === "asset" || model.equipment.get(path)?.line !== undefined;
  return lines.flatMap(({ path }) => madeOf([path], () => oeeLine(model, path, settings), meant(path) ? warn : () => {}));
}

/** Lines whose stations' samples come in with those of the machines. */
export class BoundLines {
  readonly #lines: OeeLines;
  /** Tags whose samples the machines refuse already. */
  readonly #refused: ReadonlySet<string>;

  constructor(lines: readonly OeeLine[], machineTags: Iterable<string>, options: Partial<CalculatorOptions>, from?: LinesState) {
    this.#lines = new OeeLines(lines, options, from);
    this.#refused = new Set(machineTags);
  }

  get calculators(): OeeLines["calculators"] {
    return this.#lines.calculators;
  }

  /** Each sample is refused once, though machine and line both read it; only a line's corrections may find no room of their own. */
  push(payload: unknown, bounds: MachinesBounds): { readonly events: readonly OeeLineEvent[]; readonly rejects: readonly Reject[] } {
    const { events, rejects } = this.#lines.push(payload, bounds);
    return { events, rejects: rejects.filter(({ code, tag }) => code === "QUEUE_FULL" || tag === undefined || !this.#refused.has(tag)) };
  }

  /** See `OeeLines.assign`. */
  assign(...change: Parameters<OeeLines["assign"]>): ReturnType<OeeLines["assign"]> {
    return this.#lines.assign(...change);
  }

  /** See `OeeLines.stateProduction`. */
  stateProduction(...change: Parameters<OeeLines["stateProduction"]>): ReturnType<OeeLines["stateProduction"]> {
    return this.#lines.stateProduction(...change);
  }

  current(): ReturnType<OeeLines["current"]> {
    return this.#lines.current();
  }

  state(keepMs?: number): LinesState {
    return this.#lines.state(keepMs);
  }
}
