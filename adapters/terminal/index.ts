/** The operator terminal over HTTP: one page and its data per machine, below the path of the boards. */
export { type TerminalPorts } from "./ports.ts";
export { Terminal } from "./terminal.ts";
export { terminalPage, terminalsPage } from "./pages.ts";
