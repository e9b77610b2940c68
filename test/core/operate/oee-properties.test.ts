import { PROPERTIES } from "../../support/oee-properties.ts";

/** A thousand cases and more: `npm run test:long` and `npm run prove -- oee`. */
const CASES = 150;

describe("OEE, for any machine and any stream", () => {
  for (const property of PROPERTIES) it(property.name, () => property.check(CASES));
});
