import { PROPERTIES } from "../support/oee-properties.ts";

describe("OEE, for any machine and any stream: many cases", () => {
  for (const { name, check } of PROPERTIES) it(name, () => check(3_000));
});
