/** The first board: how one line is doing, for operators and supervisors. Made from the plant model, so a second line is one call. */
import type { PlantModel } from "../core/connect/model/index.ts";
import { type Board, type BoardRow, inDisplayUnits, type Panel } from "../core/see/board/index.ts";
import { culpritRows } from "./line/culprits.ts";
import { healthPanel, lastHeard } from "./line/health.ts";
import { historyRows } from "./line/history.ts";
import { assetLabels, boardId, type Line, linesOf, machineVariable } from "./line/line.ts";
import { lossPanel, lossRow, reasonLabels } from "./line/losses.ts";
import { shiftRows } from "./line/shift-figures.ts";
import { stateRows } from "./line/states.ts";
import { measuredPanels } from "./measured-panels.ts";

/** Boards of all lines of a plant that have machines, in the units that the site shows. */
export function lineOverviews(model: PlantModel): Board[] {
  return linesOf(model).map((line) => inDisplayUnits(lineOverview(line), model.display));
}

function lineOverview(of: Line): Board {
  const { model, line, machines, constraint } = of;
  return {
    id: boardId(line, "overview"),
    title: `${line.label ?? line.path} overview`,
    description: `OEE, states, counts and data health of ${line.label ?? line.path}.`,
    asset: line.path,
    zone: model.zone,
    range: "latest-8h",
    refreshMs: 5_000,
    shiftReports: true,
    edge: lastHeard([of]),
    variables: [machineVariable(of)],
    labels: { asset: assetLabels(machines), shift: { "~": "no shift" }, reason: reasonLabels(of) },
    rows: [
      ...shiftRows(of),
      ...stateRows(of),
      ...historyRows(of),
      lossRow(of),
      ...sideBySide(measuredPanels(model, machines)),
      {
        height: 9,
        panels: [
          lossPanel(of),
          healthPanel([of]),
          {
            id: "reading",
            kind: "text",
            title: "Reading this board",
            width: 6,
            text: [
              `OEE is measured at ${constraint.label ?? constraint.path}, the slowest machine of the line; choose another above.`,
              "Figures marked with a shift cover that shift so far. A dash means that a figure is not estimable, which is not zero.",
            ],
          },
        ],
      },
      ...culpritRows(of),
    ],
  };
}

/** Two in a row of 24 columns, one alone over all of them. */
function sideBySide(panels: readonly Panel[]): BoardRow[] {
  const rows = panels.flatMap((_panel, index) => (index % 2 === 0 ? [panels.slice(index, index + 2)] : []));
  return rows.map((row) => ({ height: 8, panels: row.map((panel) => ({ ...panel, width: 24 / row.length })) }));
}
