/** All boards that Twinline makes from a plant model. */
import type { PlantModel } from "../core/connect/model/index.ts";
import type { Board } from "../core/see/board/index.ts";
import { energyBoards } from "./energy.board.ts";
import { lineOverviews } from "./line-overview.board.ts";
import { plantComparisons } from "./plant-comparison.board.ts";

export function boardsOf(model: PlantModel): Board[] {
  return [...lineOverviews(model), ...energyBoards(model), ...plantComparisons(model)];
}
