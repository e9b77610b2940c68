import path from "node:path";
import type { NodeAPI } from "node-red";
import type { Recorder } from "../../../adapters/files/recorder.ts";
import { EncodingFault, entryLine, recordedFields } from "../../../core/connect/recording/index.ts";
import { type FlowNode, flowFingerprint } from "../../../core/connect/replay/index.ts";
import { reject, type Reject } from "../../../core/connect/sample/index.ts";
import { defineNode } from "../../kit/define-node.ts";
import { sentence } from "../../kit/guard.ts";
import type { NodeBehaviour, TwinMessage } from "../../kit/node.ts";
import { endpoints, type RecordControl } from "./endpoints.ts";
import { leaveRecorder, recorderOf } from "./recorders.ts";
import declaration from "./twin-record.node.ts";

const TEND_MS = 1_000;
const HOUR = 3_600_000;
const MB = 1_000_000;

function behaviour(RED: NodeAPI): NodeBehaviour<typeof declaration> {
  return (node) => {
    const { config } = node;
    const named = recordedFields(config.fields);
    if ("problem" in named) throw new Error(named.problem);
    const folder = path.resolve(node.dataDir, config.folder === "" ? "recordings" : config.folder);
    const recorder = recorderOf(folder, config.recording);
    recorder.join({
      id: node.id,
      name: node.name,
      flow: fingerprintOf(RED, node.id),
      limits: {
        maxBytes: config.maxMb * MB,
        maxAgeMs: config.maxHours * HOUR,
        whenFull: config.whenFull,
        keep: config.keep,
      },
    });
    if (config.start) recorder.start();
    show();
    node.every(TEND_MS, async () => {
      await recorder.tend(node.now());
      show();
    });

    function show(): void {
      const { state, lines, bytes, lost } = recorder.stats;
      const counts = { lines, lost, mb: (bytes / MB).toFixed(1) };
      if (state.word === "failing") node.status("fault", node.text("failing", { problem: state.problem }));
      else if (state.word !== "recording") node.status("idle", node.text(state.word, counts));
      else if (lost > 0) node.status("degraded", node.text("lost", counts));
      else node.status("ok", node.text("recording", counts));
    }

    /** Why the message is not recorded although it should be. */
    function record(message: TwinMessage, fields: readonly string[]): Reject | undefined {
      if (recorder.stats.state.word === "stopped" || recorder.stats.state.word === "full") return undefined;
      const now = node.now();
      try {
        return recorder.append(entryLine(now, node.id, message, fields), now) ? undefined : refusal(recorder, message);
      } catch (error) {
        if (error instanceof EncodingFault)
          return reject(error.reason, message.payload, { message: `${error.field}: ${error.message}`, field: error.field });
        return reject("NOT_RECORDABLE", message.payload, { message: sentence(error) });
      }
    }

    function refusal({ stats: { state } }: Recorder, { payload }: TwinMessage): Reject | undefined {
      if (state.word === "recording") return reject("QUEUE_FULL", payload, { message: node.text("slow") });
      if (state.word !== "failing") return undefined;
      if (state.diskFull) return reject("DISK_FULL", payload, { message: node.text("diskFull") });
      return reject("INTERNAL", payload, { message: node.text("unwritable", { problem: state.problem }) });
    }

    const api: RecordControl = {
      get stats() {
        return recorder.stats;
      },
      start() {
        recorder.start();
        show();
      },
      async stop() {
        await recorder.stop();
        show();
      },
    };

    return {
      api,
      onInput(message, send) {
        // First recorded, then sent: whoever gets it may change it.
        const refused = record(message, named.fields);
        send({ messages: message });
        if (refused !== undefined) node.reject([refused], message);
      },
      onClose: () => leaveRecorder(folder, config.recording, node.id),
    };
  };
}

/** Of the tab that the node is on. */
function fingerprintOf(RED: NodeAPI, id: string): string | undefined {
  const nodes: FlowNode[] = [];
  RED.nodes.eachNode((each) => nodes.push(each as unknown as FlowNode));
  const own = nodes.find((each) => each.id === id);
  return own === undefined ? undefined : flowFingerprint(nodes, own.z);
}

export default (RED: NodeAPI): void => defineNode(declaration, behaviour(RED), endpoints)(RED);
