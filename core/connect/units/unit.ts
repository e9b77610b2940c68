import { aliasOf } from "./aliases.ts";
import { ATOMS, DIMENSIONLESS, PREFIXES, type Atom, type Dimension } from "./table.ts";

/** A unit, reduced: `base value = value * factor + offset` in the coherent unit of its dimension. */
export interface Unit {
  /** The UCUM code as written (an alias is replaced by its code). */
  readonly code: string;
  readonly factor: number;
  readonly offset: number;
  readonly dimension: Dimension;
  /** What is counted: annotations that stand alone, with their exponent, e.g. `bottles` in `{bottles}/min`. */
  readonly counted: string;
  /** What is measured: annotations behind a unit, e.g. `gauge` in `bar{gauge}`. */
  readonly annotated: string;
  readonly ratio: boolean;
}

const MAX_LENGTH = 64;
const MAX_EXPONENT = 9;

/**
 * Reads a UCUM code (or a known alias such as `°C`) by UCUM's grammar: atoms with prefixes, exponents, "." and "/",
 * brackets, integer factors and annotations. Case-sensitive, as UCUM is.
 */
export function parseUnit(text: string): { readonly value: Unit } | { readonly problem: string } {
  const code = aliasOf(text) ?? text;
  if (code === "" || code.length > MAX_LENGTH) return { problem: `A unit has 1 to ${MAX_LENGTH} characters; use "1" for a plain number.` };
  try {
    return { value: new UnitReader(code).read() };
  } catch (fault) {
    if (fault instanceof UnitProblem) return { problem: fault.message };
    throw fault;
  }
}

class UnitProblem extends Error {}

interface Term {
  readonly factor: number;
  readonly dimension: Dimension;
  readonly atom?: Atom;
  readonly counted: readonly string[];
  readonly annotated: readonly string[];
  readonly ratio: boolean;
}

const ONE: Term = { factor: 1, dimension: DIMENSIONLESS, counted: [], annotated: [], ratio: false };

/** Recursive descent over `term := ["/"] component { ("."|"/") component }`. */
class UnitReader {
  private readonly code: string;
  private at = 0;

  constructor(code: string) {
    this.code = code;
  }

  read(): Unit {
    const term = this.term();
    if (this.at < this.code.length) this.fail(`"${this.code[this.at]}" is not expected`);
    return {
      code: this.code,
      factor: term.factor,
      offset: term.atom?.offset ?? 0,
      dimension: term.dimension,
      counted: [...term.counted].sort().join(" "),
      annotated: [...term.annotated].sort().join(" "),
      ratio: term.ratio,
    };
  }

  private term(): Term {
    let left = this.take("/") ? this.divide(ONE, this.component()) : this.component();
    for (;;) {
      if (this.take(".")) left = this.multiply(left, this.component());
      else if (this.take("/")) left = this.divide(left, this.component());
      else return left;
    }
  }

  private component(): Term {
    if (this.take("(")) {
      const inner = this.term();
      if (!this.take(")")) this.fail('a ")" is missing');
      return inner;
    }
    const lone = this.annotation();
    if (lone !== undefined) return { ...ONE, counted: [lone] };
    const digits = this.match(/^\d+/);
    if (digits !== undefined) return { ...ONE, factor: this.positive(Number(digits)) };
    const simple = this.power(this.atom());
    const annotation = this.annotation();
    return annotation === undefined ? simple : { ...simple, annotated: [annotation] };
  }

  /** An atom with an optional prefix: the whole word first, so that `min` is a minute and no milli-inch. */
  private atom(): Term {
    const word = this.match(/^(?:[A-Za-z%'"]|\[[^\][{}]*\])+/);
    if (word === undefined) return this.fail(this.at < this.code.length ? `"${this.code[this.at]}" is not expected` : "it ends too early");
    const whole = ATOMS.get(word);
    if (whole !== undefined) return { ...ONE, factor: whole.factor, dimension: whole.dimension, atom: whole, ratio: whole.ratio === true };
    for (const [prefix, scale] of PREFIXES) {
      const atom = word.startsWith(prefix) ? ATOMS.get(word.slice(prefix.length)) : undefined;
      if (atom?.metric === true) return { ...ONE, factor: scale * atom.factor, dimension: atom.dimension, atom };
    }
    return this.fail(`"${word}" is no known unit`);
  }

  private power(base: Term): Term {
    const written = this.match(/^[+-]?\d+/);
    if (written === undefined) return base;
    const exponent = Number(written);
    if (exponent === 0 || Math.abs(exponent) > MAX_EXPONENT) this.fail(`the exponent ${exponent} is not allowed`);
    this.linear(base);
    return { ...ONE, factor: base.factor ** exponent, dimension: scaled(base.dimension, exponent), ratio: base.ratio };
  }

  private multiply(a: Term, b: Term): Term {
    this.linear(a, b);
    return {
      factor: a.factor * b.factor,
      dimension: sum(a.dimension, b.dimension),
      counted: [...a.counted, ...b.counted],
      annotated: [...a.annotated, ...b.annotated],
      ratio: a.ratio || b.ratio,
    };
  }

  private divide(a: Term, b: Term): Term {
    const inverse = { ...b, factor: 1 / b.factor, dimension: scaled(b.dimension, -1), counted: b.counted.map((name) => `/${name}`) };
    return this.multiply(a, inverse);
  }

  /** UCUM allows Celsius and Fahrenheit only alone: a rate of change is `K/min`. */
  private linear(...terms: readonly Term[]): void {
    if (terms.some((term) => term.atom?.offset !== undefined))
      this.fail("a temperature with an offset stands alone; use K in products and rates");
  }

  private positive(number: number): number {
    return Number.isSafeInteger(number) && number > 0 ? number : this.fail(`the factor ${number} is not allowed`);
  }

  private annotation(): string | undefined {
    const text = this.match(/^\{[A-Za-z0-9 _-]{1,32}\}/);
    if (text === undefined && this.code[this.at] === "{")
      this.fail('an annotation in "{}" holds 1 to 32 letters, digits, blanks, "_" or "-"');
    return text?.slice(1, -1);
  }

  private take(character: string): boolean {
    if (this.code[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.code.slice(this.at))?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private fail(why: string): never {
    throw new UnitProblem(`${JSON.stringify(this.code)} is no unit: ${why}.`);
  }
}

function scaled(dimension: Dimension, by: number): Dimension {
  return dimension.map((exponent) => (exponent === 0 ? 0 : exponent * by));
}
function sum(a: Dimension, b: Dimension): Dimension {
  return a.map((exponent, axis) => exponent + (b[axis] ?? 0));
}
