/** Which metered machines a twin-energy stands for. */
import { assetsMatching, assetsOfClass, type Binding, type PlantModel } from "../../../core/connect/model/index.ts";
import { type EnergyMeter, energyMeter, type EnergySettings } from "../../../core/operate/energy/index.ts";

/** The meters, and a sentence for each piece of bound equipment that cannot have one. */
export function boundMeters(
  model: PlantModel,
  { bind, target }: Binding,
  settings: EnergySettings,
): { meters: EnergyMeter[]; faults: string[] } {
  const single = model.equipment.get(target);
  const assets =
    bind === "class" ? assetsOfClass(model, target) : bind === "pattern" ? assetsMatching(model, target) : single ? [single] : [];
  const meters: EnergyMeter[] = [];
  const faults: string[] = [];
  for (const { path, roles } of assets) {
    // A pattern also matches equipment without a meter.
    if (bind === "pattern" && roles.energyActive === undefined) continue;
    const meter = energyMeter(model, path, settings);
    if ("fault" in meter) faults.push(meter.fault);
    else meters.push(meter);
  }
  return { meters, faults };
}
