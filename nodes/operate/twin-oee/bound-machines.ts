/** Which machines a twin-oee stands for. */
import { type Binding, boundEquipment, type Equipment, type PlantModel } from "../../../core/connect/model/index.ts";
import { type OeeMachine, oeeMachine, type OeeSettings, type TimeModel } from "../../../core/operate/oee/index.ts";
import { madeOf } from "../bound/equipment.ts";
import { stationsOf } from "./line.ts";

/** Warns of bound equipment that cannot have an OEE. */
export function boundMachines(model: PlantModel, binding: Binding, settings: OeeSettings, warn: (fault: string) => void): OeeMachine[] {
  return madeOf(boundPaths(model, binding), (path) => oeeMachine(model, path, settings), warn);
}

/** Paths of what may have an OEE under a binding. */
export function boundPaths(model: PlantModel, binding: Binding): readonly string[] {
  return boundEquipment(model, binding).flatMap((one) => named(model, one).map(({ path }) => path));
}

/** A line stands for its stations. */
function named(model: PlantModel, asset: Equipment): readonly Equipment[] {
  const stations = stationsOf(model, asset);
  return stations.length === 0 ? [asset] : stations;
}

/** What the table of unit modes changes in the time model. */
export function timeModelOf(rows: readonly { mode: string; time: TimeModel["modes"][string]; uncounted?: boolean }[]): Partial<TimeModel> {
  return {
    modes: Object.fromEntries(rows.map(({ mode, time }) => [mode, time])),
    uncounted: rows.filter(({ uncounted }) => uncounted === true).map(({ mode }) => mode),
  };
}
