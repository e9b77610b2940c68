import assert from "node:assert/strict";
import * as fc from "fast-check";
import { planParts } from "../../../nodes/see/twin-boards/browser/reaction-plan.ts";

const linksOf = (plan: string): string[] => planParts(plan).flatMap(({ address }) => address ?? []);

describe("a reaction plan", () => {
  it("has the addresses in it to be opened, without the full stop behind them", () => {
    assert.deepEqual(linksOf("Check valve 7; else see https://wiki.plant/ocap/7?v=2#b."), ["https://wiki.plant/ocap/7?v=2#b"]);
    assert.deepEqual(linksOf("(http://intranet/plan), then call quality"), ["http://intranet/plan"]);
    assert.deepEqual(linksOf("Check valve 7"), []);
  });

  it("opens nothing but the web: no script, no file, nothing without a host", () => {
    for (const plan of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://", "xhttps:/plan"])
      assert.deepEqual(linksOf(plan), [], plan);
  });

  it("is shown whole, whatever is in it", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.webUrl())), (words) => {
        const plan = words.join(" ");
        assert.equal(
          planParts(plan)
            .map(({ text }) => text)
            .join(""),
          plan,
        );
      }),
    );
  });
});
