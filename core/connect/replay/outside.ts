/** Which node types reach outside the flow. A replay must neither let something else in nor anything out. */

/** Bring messages in by themselves. */
const SOURCES = new Set(["inject", "watch", "tail", "twin-opcua-in", "twin-modbus-in", "twin-sparkplug-host", "feedparse", "cronplus"]);

/** Take messages out, or ask somebody outside. What they would answer is not known in a replay. */
const SINKS = new Set([
  "http request",
  "http response",
  "tcp request",
  "file",
  "file in",
  "exec",
  "e-mail",
  "twin-store",
  "twin-history",
  "twin-notify",
  "twin-work-order",
  "twin-command",
  "twin-sparkplug-edge",
]);

/** Configuration nodes that hold a connection or a store, and nodes that serve pages. */
const SERVICES = new Set([
  "mqtt-broker",
  "websocket-listener",
  "websocket-client",
  "twin-historian",
  "twin-opcua",
  "twin-modbus",
  "twin-sparkplug",
  "twin-gateway",
  "twin-cmms",
  "twin-mes",
  "twin-boards",
]);

export type Reach = "source" | "sink" | "service" | "inside";

/** By name where it is known; else by the habit of naming nodes `mqtt in`, `x-out`. */
export function reachOf(type: string): Reach {
  if (SOURCES.has(type)) return "source";
  if (SINKS.has(type)) return "sink";
  if (SERVICES.has(type)) return "service";
  if (type === "link in" || type === "link out") return "inside";
  if (/[ -]in$/.test(type)) return "source";
  return /[ -]out$/.test(type) ? "sink" : "inside";
}
