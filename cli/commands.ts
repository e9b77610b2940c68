/** All commands of `twinline`, and how one is chosen. */
import { nearest } from "../core/connect/model/index.ts";
import { type Command, type CommandGroup, Misuse, type Terminal } from "./command.ts";
import { account } from "./account.ts";
import { compare } from "./compare.ts";
import { importLists } from "./import.ts";
import { init } from "./init.ts";
import { model } from "./model/index.ts";
import { replay } from "./replay.ts";
import { run } from "./run.ts";

const COMMANDS: readonly (Command | CommandGroup)[] = [init, run, account, model, importLists, replay, compare];

/** The exit code; never rejects. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await choose("twinline", COMMANDS, args, terminal);
  } catch (error) {
    // What is nobody's mistake here: a full disk, missing permissions, a Node-RED that lacks a node.
    terminal.err(`${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

/** Runs the command that the first argument names, or says which there are. */
async function choose(
  title: string,
  commands: readonly (Command | CommandGroup)[],
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    terminal.out(overview(title, commands));
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((one) => one.name === name);
  if (command === undefined) {
    const near = nearest(
      name,
      commands.map((one) => one.name),
    );
    terminal.err(
      `There is no "${title} ${name}".${near === undefined ? "" : ` Did you mean "${title} ${near}"?`}\n\n${overview(title, commands)}`,
    );
    return 2;
  }
  if ("commands" in command) return choose(`${title} ${name}`, command.commands, rest, terminal);
  if (rest.includes("--help") || rest.includes("-h")) {
    terminal.out(command.usage);
    return 0;
  }
  try {
    return await command.run(rest, terminal);
  } catch (error) {
    if (!isMisuse(error)) throw error;
    terminal.err(`${error.message}\n\n${command.usage}`);
    return 2;
  }
}

function isMisuse(error: unknown): error is Error {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return error instanceof Misuse || code.startsWith("ERR_PARSE_ARGS");
}

function overview(title: string, commands: readonly (Command | CommandGroup)[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `${title} <command> [options]\n\n${lines.join("\n")}\n\n${title} <command> --help says how to use it.\n`;
}
