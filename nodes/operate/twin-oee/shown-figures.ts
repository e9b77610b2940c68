/** What a twin-oee shows of its figures: in its status, and as a warning of cycle times that are too long. */
import { reject } from "../../../core/connect/sample/index.ts";
import { type OeeMachines, ratios, type TooFast } from "../../../core/operate/oee/index.ts";
import type { TwinNode } from "../../kit/node.ts";
import type { BoundLines } from "./line.ts";
import type declaration from "./twin-oee.node.ts";

export class ShownFigures {
  readonly #node: TwinNode<typeof declaration>;
  /** Shift of the last warning, per machine. */
  readonly #warned = new Map<string, string>();

  constructor(node: TwinNode<typeof declaration>) {
    this.#node = node;
  }

  show(machines: OeeMachines, lines: BoundLines): void {
    const node = this.#node;
    const line = lines.calculators.size === 1 ? [...lines.calculators.values()][0]?.running : undefined;
    const ofLine = line && ratios(line.shift.measures, node.config).oee;
    const figures = machines.shiftRatios().map((one) => one?.oee ?? null);
    const oee = figures.filter((figure) => figure !== null).map((figure) => figure * 100);
    const tooFast = machines.tooFast();
    this.#warn(tooFast);
    const [worst] = tooFast.toSorted((a, b) => b.performance - a.performance);
    const [low, high] = [Math.min(...oee).toFixed(1), Math.max(...oee).toFixed(1)];
    if ([...machines.calculators.values()].every(({ watermark }) => watermark === null))
      node.status("idle", node.text("waiting", { count: figures.length }));
    else if (worst !== undefined) node.status("degraded", node.text("tooFast", wordsOf(worst)));
    else if (typeof ofLine === "number") node.status("ok", node.text("line", { oee: (ofLine * 100).toFixed(1) }));
    else if (oee.length === 0) node.status("ok", node.text("none"));
    else if (figures.length === 1) node.status("ok", node.text("one", { oee: low }));
    else node.status("ok", node.text("many", { count: figures.length, low, high }));
  }

  /** Once per machine and shift. */
  #warn(tooFast: readonly TooFast[]): void {
    const fresh = tooFast.filter(({ asset, shift }) => this.#warned.get(asset) !== shift);
    for (const { asset, shift } of fresh) this.#warned.set(asset, shift);
    const help = (one: TooFast): string => this.#node.text("tooFastHelp", wordsOf(one));
    this.#node.reject(fresh.map((one) => reject("OUT_OF_RANGE", one, { message: help(one), field: "performance" })));
  }
}

function wordsOf({ asset, product, performance, shift }: TooFast): Record<string, string> {
  return { asset: asset.slice(asset.lastIndexOf(".") + 1), product, performance: (performance * 100).toFixed(1), shift };
}
