/**
 * The spine: sample → queue → historian and event → ledger → outbox → historian, as policy over injected ports.
 * `Spine` composes both; its parts are public for those who need only one.
 */
export { Forwarder, type ForwarderOptions, type ForwarderStats } from "./forwarder.ts";
export { QUEUE_GAP, reportDrops } from "./gaps.ts";
export { OutboxProjector } from "./projector.ts";
export { Recorder, type RecorderOptions, type RecordReport } from "./recorder.ts";
export { OEE_ATOM, rowOf } from "./rows.ts";
export { Spine, type SpineOptions, type SpinePorts, type SpineStats, type StateReport } from "./spine.ts";
export { backoffMs, type Random, type Timing } from "./timing.ts";
