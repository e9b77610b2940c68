/** A recording of what the demo plant says, as a twin-record behind twin-opcua-in would have written it. */
import { entryLine, headerLine } from "../../core/connect/recording/index.ts";
import type { SourceReading } from "../../core/connect/tag-map/reading.ts";
import { BottlingLine, NAMESPACE_URI, readSite } from "../../plant/simulator/index.ts";
import { SITE_DIR } from "./demo-site.ts";

/** How often the server would have sent what changed. */
const PUBLISHING_MS = 250;

/** Deterministic: equal stories give equal text. */
export function plantRecording(story: {
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly node: string;
}): string {
  const line = new BottlingLine({ seed: story.seed, start: story.from, ...readSite(SITE_DIR) });
  const lines = [
    headerLine({
      format: "twinline-recording",
      version: 1,
      created: story.from,
      zone: "Europe/Dublin",
      nodes: [{ id: story.node, name: "" }],
    }),
  ];
  for (let at = story.from; at <= story.to; at += PUBLISHING_MS) {
    const payload = line.advanceTo(at).map(
      ({ nodeId, value, timestamp, status }): SourceReading => ({
        protocol: "opcua",
        address: `nsu=${NAMESPACE_URI};s=${nodeId}`,
        value,
        status,
        sourceTimestamp: timestamp,
        received: at,
      }),
    );
    if (payload.length > 0) lines.push(entryLine(at, story.node, { topic: "opcua/source", payload }, ["topic", "payload"]));
  }
  return `${lines.join("\n")}\n`;
}
