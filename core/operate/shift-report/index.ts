/** Shift reports: figures, losses, open stops, notes and sign-off of one shift of one line, as revisioned statements. */
export { type Loss, lossesOf, type LossKind } from "./losses.ts";
export { MOST_NOTE_CHARS, type ShiftNote, type ShiftSignoff } from "./notes.ts";
export type { ReportedOrder, ReportedReconciliation } from "./production.ts";
export {
  changesBetween,
  type MachineFigures,
  type OpenStop,
  type ReportedShift,
  SHIFT_REPORT,
  type ShiftReport,
  shiftReport,
} from "./report.ts";
export { type ReportedLine, type ReportSheet, ShiftReports, type ShiftReportPorts } from "./reports.ts";
