/** Finds the sub-command and runs it. */
import { type Command, FAULT, type Io, UsageFault } from "./command.ts";
import { COMMANDS } from "./commands.ts";

/** Resolves with the exit code; never rejects. */
export async function main(args: readonly string[], io: Io, commands = COMMANDS): Promise<number> {
  const [name = "--help", ...rest] = args;
  try {
    if (["--help", "-h", "help"].includes(name)) {
      io.stdout.write(await overview(commands));
      return args.length === 0 ? FAULT : 0;
    }
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (load === undefined) {
      io.stderr.write(unknown(name, Object.keys(commands)));
      return FAULT;
    }
    return await runCommand(await load(), rest, io);
  } catch (error) {
    io.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return FAULT;
  }
}

async function runCommand(command: Command, args: readonly string[], io: Io): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    io.stdout.write(`${command.summary}\n\n${command.usage}`);
    return 0;
  }
  try {
    return await command.run(args, io);
  } catch (error) {
    const code = (error as { code?: unknown } | null)?.code;
    if (typeof code === "string" && code.startsWith("ERR_PARSE_ARGS")) {
      io.stderr.write(`${(error as Error).message}\n\n${command.usage}`);
      return FAULT;
    }
    if (!(error instanceof UsageFault)) throw error;
    io.stderr.write(`${error.message}\n`);
    return FAULT;
  }
}

async function overview(commands: typeof COMMANDS): Promise<string> {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  const lines = await Promise.all(
    Object.entries(commands)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([name, load]) => `  ${name.padEnd(width)}  ${(await load()).summary}\n`),
  );
  return `twinline <command> [arguments]\n\n${lines.join("")}\ntwinline <command> --help says more.\n`;
}

function unknown(name: string, known: readonly string[]): string {
  const nearest = known.toSorted((a, b) => distance(name, a) - distance(name, b))[0] ?? "";
  const meant = distance(name, nearest) <= Math.max(2, nearest.length / 2) ? ` Did you mean "${nearest}"?` : "";
  return `There is no command "${name}".${meant} twinline --help lists what there is.\n`;
}

/** Levenshtein: letters to change, add or leave out. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
