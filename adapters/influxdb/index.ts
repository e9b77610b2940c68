export { InfluxHistorian } from "./historian.ts";
export type { InfluxSettings } from "./client.ts";
