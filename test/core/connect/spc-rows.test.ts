import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { JsonObject } from "../../../core/connect/event/index.ts";
import { encodeLine } from "../../../core/connect/history/index.ts";
import { rowOf } from "../../../core/connect/spine/index.ts";

const PATH = "acme.galway.line01.filler01.fill-weight";
const entry = (kind: string, data: JsonObject, more: object = {}) => ({
  id: 1,
  kind,
  asset: PATH,
  start: 1_000,
  end: null,
  revision: 1,
  author: "anna",
  reason: "r",
  recorded: 2_000,
  data,
  ...more,
});
const row = (...[kind, data, more]: Parameters<typeof entry>) => rowOf(entry(kind, data, more), () => ({ site: "galway", line: "line01" }));

describe("rows of control charts", () => {
  it("of a response belong to the machine, the chart and its part; a comment is none of them", () => {
    const close = { id: "deed-0001", made: 1, action: "close", cause: "valve 7 leaks", done: "seal changed" };
    const level = row("spc.response.v1", close);
    assert.deepEqual(level.tags, {
      asset: "acme.galway.line01.filler01",
      site: "galway",
      line: "line01",
      chart: "fill-weight",
      part: "level",
    });
    assert.deepEqual(level.fields, { by: "anna", cause: "valve 7 leaks", done: "seal changed", rev: 1 });
    assert.deepEqual(row("spc.response.v1", close, { asset: `${PATH}.spread` }).tags, { ...level.tags, part: "spread" });
    const reopened = row("spc.response.v1", { ...close, action: "reopen", comment: "again" }, { revision: 2 });
    assert.equal(reopened.fields["by"], "", "it is open again");
    assert.equal(row("spc.response.v1", { ...close, action: "comment" }).measurement, "event");
  });

  it("of a long signal do not say its last point, which it does not list", () => {
    const points = [{ at: 1_000, statistic: 5, rules: ["N1"] }];
    const signal = { asset: "a.b", chart: "c", part: "level", rules: [{ id: "N1", text: "beyond a control limit" }], points, count: 1 };
    assert.deepEqual(
      [row("spc.signal.v1", signal).fields["last"], row("spc.signal.v1", { ...signal, count: 2 }).fields["last"]],
      [1_000, undefined],
    );
    assert.equal(row("spc.signal.v1", { ...signal, withdrawn: true }).fields["state"], "withdrawn");
  });

  it("are a line or say why they are none, whatever somebody stated", () => {
    const kinds = fc.constantFrom("spc.signal.v1", "spc.response.v1", "spc.capability.v1", "capability.v1");
    const names = [
      "asset",
      "chart",
      "part",
      "points",
      "rules",
      "indices",
      "specification",
      "scope",
      "method",
      "overall",
      "within",
      "n",
      "figures",
      "minimum",
    ];
    const hostile = fc.oneof(fc.jsonValue(), fc.constant([null, { name: "by", value: 1 }, { name: "Cpk", value: 1, interval: 3 }]));
    const data = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), hostile);
    fc.assert(
      fc.property(kinds, data, (kind, stated) => {
        const line = encodeLine(row(kind, stated as JsonObject));
        assert.ok(typeof line === "string" || line.message !== "");
      }),
    );
  });
});
