/** The alarm list over HTTP: one page, its data, and what people do about alarms, below the path of the boards. */
export { AlarmList, type AlarmListPorts } from "./alarm-list.ts";
export { type DeployedAlarms, deployedAlarms } from "./deployed.ts";
export { alarmsPage } from "./pages.ts";
