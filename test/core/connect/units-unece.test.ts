import assert from "node:assert/strict";
import { parseUnit, ucumOf } from "../../../core/connect/units/index.ts";

const UNECE = "http://www.opcfoundation.org/UA/units/un/cefact";
const idOf = (code: string): number => code.split("").reduce((id, character) => id * 256 + character.charCodeAt(0), 0);

describe("engineering units of OPC UA", () => {
  it("reads the example of its docstring: 4408652 is the common code CEL", () => {
    assert.equal(idOf("CEL"), 4408652);
    assert.equal(ucumOf({ namespaceUri: UNECE, unitId: 4408652 }), "Cel");
  });

  for (const [code, ucum] of [
    ["KGM", "kg"],
    ["GRM", "g"],
    ["F88", "N.cm"],
    ["C26", "ms"],
    ["H87", "{pieces}"],
    ["L2", "l/min"],
    ["4K", "mA"],
    ["P1", "%"],
  ] as const) {
    it(`the common code ${code} is ${ucum}`, () => {
      assert.equal(ucumOf({ namespaceUri: UNECE, unitId: idOf(code), displayName: "whatever it says" }), ucum);
      assert.ok("value" in parseUnit(ucum));
    });
  }

  it("takes the text where the namespace is another's or the code is unknown", () => {
    assert.equal(ucumOf({ namespaceUri: "urn:vendor", unitId: idOf("CEL"), displayName: "Nm" }), "N.m");
    assert.equal(ucumOf({ namespaceUri: UNECE, unitId: -1, displayName: " °C " }), "Cel");
    assert.equal(ucumOf({ displayName: "g" }), "g");
  });

  it("leaves open what the text alone does not settle", () => {
    for (const displayName of ["C", "F", "T", "S", "", "Flaschen", "[degX]"]) assert.equal(ucumOf({ displayName }), undefined, displayName);
  });
});
