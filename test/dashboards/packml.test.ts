import assert from "node:assert/strict";
import { readPlantDirectory } from "../../adapters/files/plant-files.ts";
import { loadPlant } from "../../core/connect/model/index.ts";
import { packtagsContract } from "../../core/operate/packtags/index.ts";
import { boardFaults } from "../../core/see/board/index.ts";
import { packmlBoards } from "../../dashboards/packml.board.ts";
import { SITE_DIR } from "../support/demo-site.ts";

describe("the PackML board of a line", () => {
  it("shows what twin-packml publishes of each PackML machine, and has no fault", async () => {
    const reading = await readPlantDirectory(SITE_DIR);
    assert.ok("model" in reading);
    const boards = packmlBoards(reading.model);
    assert.deepEqual(
      boards.map(({ id }) => id),
      ["line01-packml"],
    );
    const [board] = boards;
    assert.ok(board);
    assert.deepEqual(boardFaults(board), []);
    const scope = { from: 0, to: 1, everyMs: 1, chosen: (_variable: string, tag: string) => ({ tag, in: ["chosen"] }) };
    const { name, tags } = packtagsContract(reading.model);
    for (const { panels } of board.rows)
      for (const panel of panels) {
        if (panel.kind === "text" || panel.id === "transitions") continue;
        const signals = panel.query(scope).where?.find(({ tag }) => tag === "signal")?.in ?? [];
        assert.ok(signals.length > 0);
        for (const signal of signals) assert.ok(tags.has(signal.slice(name.length + 1)), signal);
      }
    assert.equal(board.labels["signal"]?.["_packtags_v1.state_cumulative_time.execute"], "Execute");
    assert.equal(board.labels["signal"]?.["_packtags_v1.mode_cumulative_time.changeover"], "Changeover");
  });

  it("has no board for a line whose machines do not speak PackML", () => {
    const reading = loadPlant([
      {
        name: "site.yaml",
        text: `plant: { enterprise: acme, site: galway, zone: UTC }
equipment:
  line: { kind: ProductionLine }
  line.tool: { kind: WorkCell, class: tool }
classes:
  tool:
    contract: _tool_v1
    stateMap: { profile: semi-e10 }
    roles: { state: state }
    tags: { state: { type: int } }
`,
      },
    ]);
    assert.ok("model" in reading);
    assert.deepEqual(packmlBoards(reading.model), []);
  });
});
