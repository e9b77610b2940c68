/** JSONata expressions as mapping rules: compiled at deploy, bounded in time, steps, depth and size. */
import jsonata from "jsonata";
import type { SourceReading } from "./reading.ts";
import { messageOf } from "./result.ts";

/** Hard bounds of one evaluation; an expression that needs more is wrong for one reading. */
export const EXPRESSION_LIMITS = { milliseconds: 50, steps: 5_000, depth: 100, sequence: 1_000, characters: 4_096, padding: 256 } as const;

/** What an expression may answer: a tag, or a tag with a changed value, unit or time. */
export interface Answer {
  readonly tag: string;
  readonly value?: unknown;
  readonly unit?: string;
  readonly sourceTimestamp?: number;
}

export interface TagExpression {
  /** Undefined: this expression does not apply. Throws an Error with a sentence when it fails. */
  evaluate(reading: SourceReading): Promise<Answer | undefined>;
}

/** Functions that would let an expression run code from the input, or answer differently on replay. */
const FORBIDDEN: ReadonlyMap<string, string> = new Map([
  ["eval", "it would run text as code"],
  ["now", "mapping has no clock of its own; use sourceTimestamp or received"],
  ["millis", "mapping has no clock of its own; use sourceTimestamp or received"],
  ["random", "the same input must always give the same sample"],
  ["shuffle", "the same input must always give the same sample"],
]);

/**
 * Compiles an expression over one reading (`protocol`, `address`, `value`, `status`, `quality`, `unit`, `type`,
 * `sourceTimestamp`, `serverTimestamp`, `received`). It answers a tag, `{ "tag": …, "value": … }`, or nothing.
 *
 * Regular expressions are refused: a single match cannot be interrupted, and a hostile address could make it hang.
 */
export function compileExpression(text: string): TagExpression | { readonly problem: string } {
  if (text.length > EXPRESSION_LIMITS.characters)
    return { problem: `The expression has ${text.length} characters; at most ${EXPRESSION_LIMITS.characters} are allowed.` };
  let compiled: jsonata.Expression;
  try {
    compiled = jsonata(text, {
      timeout: EXPRESSION_LIMITS.milliseconds,
      stack: EXPRESSION_LIMITS.depth,
      sequence: EXPRESSION_LIMITS.sequence,
    });
  } catch (error) {
    return { problem: `The expression cannot be read: ${messageOf(error)}` };
  }
  const forbidden = findForbidden(compiled.ast());
  if (forbidden !== undefined) return { problem: forbidden };
  compiled.registerFunction("pad", boundedPad, "<s-ns?:s>");
  let steps = 0;
  // JSONata calls what is bound to this symbol before every step of an evaluation.
  compiled.assign(Symbol.for("jsonata.__evaluate_entry") as unknown as string, () => {
    steps += 1;
    if (steps > EXPRESSION_LIMITS.steps) throw new Error(`more than ${EXPRESSION_LIMITS.steps} steps`);
  });
  return {
    async evaluate(reading) {
      steps = 0;
      try {
        return answerOf(await compiled.evaluate(reading));
      } catch (error) {
        throw new Error(`The mapping expression failed: ${messageOf(error)}`, { cause: error });
      }
    },
  };
}

function boundedPad(this: unknown, text: string, width: number, fill = " "): string {
  if (Math.abs(width) > EXPRESSION_LIMITS.padding) throw new Error(`$pad is limited to ${EXPRESSION_LIMITS.padding} characters`);
  return width < 0 ? text.padStart(-width, fill) : text.padEnd(width, fill);
}

/** Walks the syntax tree, which may share nodes, for regular expressions and forbidden functions. */
function findForbidden(root: unknown): string | undefined {
  const seen = new Set<unknown>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== "object" || node === null || seen.has(node)) continue;
    seen.add(node);
    const { type, value } = node as { type?: unknown; value?: unknown };
    if (type === "regex")
      return "Regular expressions are not allowed in a mapping expression; use a pattern row or $split, $contains and $substringAfter with text.";
    const why = type === "variable" && typeof value === "string" ? FORBIDDEN.get(value) : undefined;
    if (why !== undefined) return `$${String(value)} is not allowed in a mapping expression: ${why}.`;
    open.push(...Object.values(node));
  }
  return undefined;
}

function answerOf(result: unknown): Answer | undefined {
  if (result === undefined || result === null || result === "") return undefined;
  if (typeof result === "string") return { tag: result };
  if (typeof result !== "object" || !Object.hasOwn(result, "tag")) throw new Error('it must answer a tag or an object with "tag"');
  const { tag, unit, sourceTimestamp } = result as Record<string, unknown>;
  if (typeof tag !== "string") throw new Error('"tag" in its answer is not a text');
  if (unit !== undefined && typeof unit !== "string") throw new Error('"unit" in its answer is not a text');
  if (sourceTimestamp !== undefined && typeof sourceTimestamp !== "number")
    throw new Error('"sourceTimestamp" in its answer is not a number');
  return {
    tag,
    ...(Object.hasOwn(result, "value") ? { value: (result as { value: unknown }).value } : {}),
    ...(unit === undefined ? {} : { unit }),
    ...(sourceTimestamp === undefined ? {} : { sourceTimestamp }),
  };
}
