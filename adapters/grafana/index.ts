/** Boards for Grafana: dashboard JSON and provisioning files, all made from the same specs as the embedded viewer. */
export { dashboardJson } from "./dashboard.ts";
export { DATASOURCE, PANEL_TYPES } from "./panels.ts";
export { datasourceYaml, providersYaml } from "./provisioning.ts";
