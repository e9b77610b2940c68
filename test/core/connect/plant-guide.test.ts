import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { brokenPairs } from "../../../core/connect/golden/index.ts";
import { loadPlant, formatProblem } from "../../../core/connect/model/index.ts";

describe("the guide to the plant model", () => {
  it("shows YAML that is one whole model as it stands", () => {
    const guide = readFileSync(new URL("../../../docs/concepts/plant-model.md", import.meta.url), "utf8");
    const examples = [...guide.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, text = ""], index) => ({ name: `example ${index + 1}`, text }));
    const [, sheet = ""] = /^```text\n(equipment,.*?)^```/ms.exec(guide) ?? [];
    const reading = loadPlant([...examples, { name: "example.csv", text: sheet }]);
    assert.ok("model" in reading, "problems" in reading ? reading.problems.map(formatProblem).join("\n") : "");
    assert.deepEqual(reading.warnings, []);
    assert.equal(reading.model.golden.length, 2);
    assert.deepEqual(brokenPairs(reading.model), []);
    for (const signal of [
      "line01._raw.ambient_temperature",
      "line01.filler01._filler_v1.fill_weight",
      "line01.filler01._filler_v1.state",
      "line01.filler01._raw.bowl_level",
    ]) {
      assert.ok(reading.model.tags.has(`acme.galway.bottling.${signal}`), signal);
    }
  });
});
