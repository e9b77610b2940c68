/** What a command of `twinline` is. Commands get everything from outside through `Terminal`, so tests call them in process. */
import { parseArgs, type ParseArgsConfig } from "node:util";

export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Paths are relative to this. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Wall clock, ms UTC. */
  readonly now: () => number;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  readonly usage: string;
  /** The exit code: 0 done, 1 the answer is no (problems, differences), 2 it could not be done, 130 stopped. Throws `Misuse` when asked wrongly. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** Commands that belong together: `twinline model …`. */
export interface CommandGroup {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly Command[];
}

/** Asked wrongly: the message says what to write instead, and the usage follows it. */
export class Misuse extends Error {
  override readonly name = "Misuse";
}

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<T extends Options> = ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true }>>;

/** As `parseArgs`, with names for the positional arguments; one that ends with "?" may be missing. */
export function parsed<const T extends Options>(args: readonly string[], options: T, names: readonly string[]): Parsed<T> {
  const result = parseArgs({ args: [...args], options, allowPositionals: true });
  const required = names.filter((name) => !name.endsWith("?")).length;
  if (result.positionals.length > names.length) throw new Misuse(`"${result.positionals[names.length]}" is one argument too many.`);
  if (result.positionals.length < required) throw new Misuse(`Name the ${names[result.positionals.length]}.`);
  return result;
}
