/** Twinline's part of the editor beside the palette: the runtime side of its pages. */
import path from "node:path";
import type { NodeAPI } from "node-red";
import { readHealthOptions } from "../core/connect/health/index.ts";
import { serveEndpoints } from "../nodes/kit/admin.ts";
import type { TwinlineSettings } from "../nodes/kit/node.ts";
import { connectLineEndpoints } from "./connect-line.ts";
import { tagEndpoints } from "./tags/endpoints.ts";
import type { SavedNode } from "./tags/references.ts";

export default (RED: NodeAPI): void => {
  const { userDir, twinline } = RED.settings as { userDir?: string; twinline?: TwinlineSettings };
  const dataDir = twinline?.dataDir ?? path.join(userDir ?? "", "twinline");
  RED.plugins.registerPlugin("twinline-editor", { type: "twinline" });
  serveEndpoints(RED, "twinline-editor", connectLineEndpoints({ userDir, dataDir, now: () => Date.now() }));
  const nodes = (): readonly SavedNode[] => {
    const saved: SavedNode[] = [];
    RED.nodes.eachNode((node) => void saved.push(node as unknown as SavedNode));
    return saved;
  };
  const { options, faults } = readHealthOptions(twinline?.health);
  for (const fault of faults) RED.log.warn(`Settings, twinline.health: ${fault}`);
  serveEndpoints(RED, "twinline-editor", tagEndpoints({ nodes, now: () => Date.now(), health: options }));
};
