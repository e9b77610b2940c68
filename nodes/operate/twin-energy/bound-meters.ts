/** Which metered machines a twin-energy stands for. */
import { assetsMatching, assetsOfClass, type Binding, type PlantModel } from "../../../core/connect/model/index.ts";
import { type EnergyMeter, energyMeter, type EnergySettings } from "../../../core/operate/energy/index.ts";
import { madeOf } from "../bound/equipment.ts";

/** Warns of bound equipment that cannot have a meter. */
export function boundMeters(
  model: PlantModel,
  { bind, target }: Binding,
  settingsOf: (asset: string) => EnergySettings,
  warn: (fault: string) => void,
): EnergyMeter[] {
  const single = model.equipment.get(target);
  const assets =
    bind === "class" ? assetsOfClass(model, target) : bind === "pattern" ? assetsMatching(model, target) : single ? [single] : [];
  // A pattern also matches equipment without a meter.
  const metered = assets.filter(({ roles }) => bind !== "pattern" || roles.energyActive !== undefined);
  const paths = metered.map(({ path }) => path);
  return madeOf(paths, (path) => energyMeter(model, path, settingsOf(path)), warn);
}
