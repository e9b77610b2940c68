/** The operator terminal over HTTP: one page and its data per machine, below the path of the boards. */
export { Terminal, type TerminalPorts } from "./terminal.ts";
export { terminalPage, terminalsPage } from "./pages.ts";
