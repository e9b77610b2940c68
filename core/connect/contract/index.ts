/**
 * Data contracts: what the tags below `_filler_v1` promise to everybody who reads them. An equipment class makes a
 * contract; once frozen in the plant files (`contracts`), it can no longer change, and a change becomes the next version.
 */
export { ContractCheck } from "./check.ts";
export { type ContractChange, compareContracts } from "./compare.ts";
export { type Contract, type ContractTag, versionOf } from "./contract.ts";
export { contractOf, frozenText } from "./freeze.ts";
