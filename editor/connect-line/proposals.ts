/** Machines proposed from what is ticked, for a person to check. */
import { freeName, snakeCase } from "../../core/connect/line-plan/index.ts";
import type { PlantFile } from "../../core/connect/model/index.ts";
import type { Visit } from "./visit.ts";

export interface ProposedMachine {
  readonly name: string;
  readonly label: string;
  readonly class?: string;
  readonly path: readonly string[];
  readonly proposals: readonly {
    readonly tag: string;
    readonly address: string;
    readonly confidence: number;
    readonly reasons: readonly string[];
  }[];
  readonly addresses: readonly string[];
}

export function proposals(visit: Visit, files: readonly PlantFile[]): object {
  void files;
  const ticked = visit.choice.ticked;
  const folders = Map.groupBy(ticked, ({ path }) => path.slice(0, -1).join("/"));
  const taken = new Set<string>();
  const machines: ProposedMachine[] = [...folders].map(([folder, variables]) => {
    const path = folder.split("/");
    const name = freeName(snakeCase(path.at(-1) ?? ""), taken);
    taken.add(name);
    return { name, label: path.at(-1) ?? "", path, proposals: [], addresses: variables.map(({ address }) => address) };
  });
  const rawNames = Object.fromEntries(ticked.map(({ address, path }) => [address, snakeCase(path.at(-1) ?? "")]));
  const variables = ticked.map(({ address }) => {
    const { node: _node, ...rest } = visit.found(address) ?? { node: undefined };
    return rest;
  });
  return { line: snakeCase(machines[0]?.path.at(-2) ?? "line"), machines, variables, rawNames };
}
