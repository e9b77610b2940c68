/**
 * Recordings of messages: what a flow got and what it put out, as JSON Lines, so that the flow can be run on it again and
 * its outputs be compared. Pure: the files are written by `twin-record` and read by `twinline replay`.
 */
export { COMPARE_DEFAULTS, compareOutputs, type CompareOptions, type Comparison, type Difference } from "./compare.ts";
export { decodeValue, encodeValue, type EncodingLimits, EncodingFault } from "./encoding.ts";
export { ABSENT } from "./equal.ts";
export { ALWAYS_RECORDED, recordedFields } from "./fields.ts";
export {
  entryLine,
  headerLine,
  LONGEST_LINE,
  NEVER_RECORDED,
  type RecordedEntry,
  type RecordedMessage,
  type RecordedTap,
  type RecordingHeader,
} from "./line.ts";
export { type NumberedEntry, readRecording, type Recording, type RecordingProblem, type RecordingReading } from "./read.ts";
export { showComparison, showValue } from "./show.ts";
