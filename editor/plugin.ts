/** Twinline's part of the editor beside the palette: the runtime side of its pages. */
import path from "node:path";
import type { NodeAPI } from "node-red";
import { serveEndpoints } from "../nodes/kit/admin.ts";
import type { TwinlineSettings } from "../nodes/kit/node.ts";
import { connectLineEndpoints } from "./connect-line.ts";

export default (RED: NodeAPI): void => {
  const { userDir, twinline } = RED.settings as { userDir?: string; twinline?: TwinlineSettings };
  const dataDir = twinline?.dataDir ?? path.join(userDir ?? "", "twinline");
  RED.plugins.registerPlugin("twinline-editor", { type: "twinline" });
  serveEndpoints(RED, "twinline-editor", connectLineEndpoints({ userDir, dataDir, now: () => Date.now() }));
};
