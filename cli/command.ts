/** What a sub-command of `twinline` is: a file `cli/<command>.ts` that exports these three. */

/** The outside of a command, passed in so that tests run it in their own process. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Relative paths of arguments are below this. */
  readonly cwd: string;
  /** Aborted by Ctrl-C: leave nothing behind and come to an end. */
  readonly signal: AbortSignal;
}

export interface Output {
  write(text: string): unknown;
}

export interface Command {
  /** One line for `twinline --help`. */
  readonly summary: string;
  /** For `twinline <command> --help` and after a wrong argument. */
  readonly usage: string;
  /** Resolves with the exit code; throws `UsageFault` for arguments that a person must correct. */
  run(args: readonly string[], io: Io): Promise<number>;
}

/** Arguments, or files that they name, that cannot be used: a sentence that says what to do. */
export class UsageFault extends Error {
  override readonly name = "UsageFault";
}

/** Exit codes besides 0: what was asked is not so; it could not be found out; Ctrl-C. */
export const [NO, FAULT, STOPPED] = [1, 2, 130];
