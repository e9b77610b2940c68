import { PROPERTIES } from "../support/oee-properties.ts";

describe("OEE, for any machine and any stream: many cases", () => {
  for (const property of PROPERTIES) it(property.name, () => property.check(3_000));
});
