/** Which node types stay inside the flow. Whatever is not known to may reach a plant, and a test must never do that. */

/** Of Node-RED's own: what only works on messages, and what holds the canvas together. */
const INSIDE = new Set(
  [
    "tab, subflow, group, comment, junction, global-config, unknown",
    "function, change, switch, range, template, delay, trigger, rbe",
    "split, join, sort, batch, csv, html, json, xml, yaml",
    "debug, catch, status, complete, link in, link out, link call",
  ].flatMap((types) => types.split(", ")),
);

/** Of ours: what connects, stores, serves or tells somebody. */
const OUTSIDE = new Set(
  [
    "twin-opcua, twin-opcua-in, twin-modbus, twin-modbus-in, twin-sparkplug, twin-sparkplug-edge, twin-sparkplug-host",
    "twin-historian, twin-store, twin-history, twin-boards, twin-notify",
    "twin-cmms, twin-work-order, twin-mes, twin-gateway, twin-command, twin-audit",
  ].flatMap((types) => types.split(", ")),
);

export function staysInside(type: string): boolean {
  return INSIDE.has(type) || type.startsWith("subflow:") || (type.startsWith("twin-") && !OUTSIDE.has(type));
}
