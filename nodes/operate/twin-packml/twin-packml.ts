import { boundEquipment } from "../../../core/connect/model/index.ts";
import { reject } from "../../../core/connect/sample/index.ts";
import {
  modePaths,
  packmlMachine,
  PackmlMachines,
  type PackmlMachinesState,
  type PackmlTracker,
} from "../../../core/operate/packtags/index.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Send, TwinMessage } from "../../kit/node.ts";
import { madeOf } from "../bound/equipment.ts";
import { AHEAD } from "../bound/horizons.ts";
import { sendEvents } from "../bound/send-events.ts";
import declaration from "./twin-packml.node.ts";

const SNAPSHOT_EVERY = 1_000;
/** Transitions of as long before the snapshot are stated again after a restart. */
const RESTATED = 10 * 60_000;

export default defineNode(declaration, async (node) => {
  const { config } = node;
  const plant = node.api<PlantService>(config.plant, "twin-plant");
  const saved = await node.snapshot.read<PackmlMachinesState>();
  let machines = bind(saved?.version === 1 ? saved : undefined);
  let changed = false;
  if (machines.trackers.size === 0) throw new Error(node.text("nothing", { bind: config.bind, target: config.target }));

  function bind(state?: PackmlMachinesState): PackmlMachines {
    const paths = boundEquipment(plant.model, config).map(({ path }) => path);
    const bound = madeOf(paths, (path) => packmlMachine(plant.model, path, config.legality), node.log.warn);
    return new PackmlMachines(bound, modePaths(plant.model), state);
  }

  function take(message: TwinMessage, send: Send): void {
    const reset = resetOf(message);
    if (message.payload !== undefined || reset === undefined) {
      const { events, rejects } = machines.push(message.payload, node.now() + AHEAD);
      node.reject(rejects, message);
      sendEvents(send, events, message);
    }
    if (reset !== undefined && !machines.reset(reset === true ? undefined : reset)) {
      const sentence = node.text("noMachine", { asset: String(reset).slice(0, 100) });
      node.reject([reject("UNKNOWN_TAG", message["reset"], { message: sentence, field: "reset" })], message);
    }
    const samples = machines.current();
    if (samples.length > 0) send({ samples: { ...message, topic: "", payload: samples } });
    changed = true;
    show();
  }

  function show(): void {
    const trackers = [...machines.trackers.values()];
    const illegal = trackers.map(({ latest }) => latest).find((latest) => latest?.data.legal === false);
    const known = trackers.filter((tracker) => tracker.current !== null);
    if (known.length === 0) node.status("idle", node.text("waiting", { count: trackers.length }));
    else if (illegal) node.status("degraded", node.text("illegal", { from: illegal.data.from, to: illegal.data.to }));
    else
      node.status("ok", trackers.length === 1 ? said(trackers[0]) : node.text("many", { running: running(known), count: trackers.length }));
  }

  function said(tracker: PackmlTracker | undefined): string {
    const { stateCurrent: state = null, unitModeCurrent: mode = null } = tracker?.current ?? {};
    if (state === null) return node.text("unknown");
    return mode === null ? node.text("state", { state }) : node.text("one", { state, mode });
  }

  async function save(): Promise<void> {
    if (!changed) return;
    changed = false;
    await node.snapshot.write(machines.state());
  }

  const unsubscribe = plant.subscribe(node.guard(() => void (machines = bind(machines.state()))));
  // The last events before a kill may not have reached the ledger; equal statements change nothing there.
  for (const tracker of machines.trackers.values()) sendEvents(node.send, tracker.restate(RESTATED));
  node.every(SNAPSHOT_EVERY, save);
  show();

  return {
    onInput: take,
    async onClose(removed) {
      unsubscribe();
      if (!removed) await save();
    },
  };
});

/** All machines, or one by its path; undefined when the message asks for no reset. */
function resetOf({ reset }: TwinMessage): true | string | undefined {
  if (reset === undefined || reset === null || reset === false) return undefined;
  if (reset === true) return true;
  return typeof reset === "string" ? reset : JSON.stringify(reset);
}

function running(trackers: readonly PackmlTracker[]): number {
  return trackers.filter((tracker) => tracker.current?.stateCurrent === "Execute").length;
}
