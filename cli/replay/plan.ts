/** From arguments, flow and recording to what is to be done. */
import { type NumberedEntry, recordedFields, type Recording } from "../../core/connect/recording/index.ts";
import { findNode, type FlowNode, nameOf, type ReplayFlow, replayFlow } from "../../core/connect/replay/index.ts";
import { Misuse } from "../command.ts";

export interface Wanted {
  readonly inject: readonly string[];
  readonly capture: readonly string[];
  readonly keep: readonly string[];
}

export interface Plan extends ReplayFlow {
  /** With the ids that the nodes have in the flow. */
  readonly inputs: readonly NumberedEntry[];
  readonly expected: readonly NumberedEntry[];
  /** By id of a captured node: the message properties that are compared. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** Throws a `Misuse` where flow, recording and arguments do not fit together. */
export function planReplay(flow: readonly FlowNode[], { header, entries }: Recording, wanted: Wanted): Plan {
  const idOf = (asked: string): string => {
    const found = flow.find(({ id }) => id === asked) ?? findNode(flow, { id: asked, name: asked });
    if (found === undefined) throw new Misuse(`The flow has no node with the id or the unique name "${asked}".`);
    return found.id;
  };
  const ids = new Map<string, string>();
  for (const { node, line } of entries) {
    if (ids.has(node)) continue;
    const name = header.nodes.find(({ id }) => id === node)?.name ?? "";
    const found = findNode(flow, { id: node, name });
    if (found === undefined)
      throw new Misuse(
        `Line ${line}: the flow has no node ${name === "" ? node : `"${name}" (${node})`}. Put its twin-record node back, or record again.`,
      );
    ids.set(node, found.id);
  }
  const planned = replayFlow(flow, {
    recorded: [...new Set(ids.values())],
    inject: wanted.inject.map(idOf),
    capture: wanted.capture.map(idOf),
    keep: wanted.keep.flatMap((asked) => {
      const ofType = flow.filter(({ type }) => type === asked).map(({ id }) => id);
      return ofType.length > 0 ? ofType : [idOf(asked)];
    }),
  });
  if ("problem" in planned) throw new Misuse(planned.problem);
  const known = entries.map((entry) => ({ ...entry, node: ids.get(entry.node) ?? entry.node }));
  const inputs = known.filter(({ node }) => planned.injected.includes(node));
  if (inputs.length === 0)
    throw new Misuse("The recording has no message to send in. Record what enters the flow with a twin-record node.");
  if (planned.captured.length === 0)
    throw new Misuse("Nothing is compared: put a twin-record node where results leave the flow, or name a node with --capture.");
  const fields = Object.fromEntries(planned.captured.map((id) => [id, fieldsOf(flow, id)]));
  return { ...planned, inputs, expected: known.filter(({ node }) => planned.captured.includes(node)), fields };
}

function fieldsOf(flow: readonly FlowNode[], id: string): readonly string[] {
  const node = flow.find((each) => each.id === id);
  const text = node?.type === "twin-record" && typeof node["fields"] === "string" ? node["fields"] : "";
  const named = recordedFields(text);
  if ("problem" in named) throw new Misuse(`${nameOf(flow, id)}: ${named.problem}`);
  return named.fields;
}
