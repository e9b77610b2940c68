/** What a survey found, as the plan of a line and the page need it. */
import type { OpcUaEndpoint, SurveyedNode } from "../../adapters/opcua/index.ts";
import type { SourceVariable } from "../../core/connect/line-plan/index.ts";
import type { TagType } from "../../core/connect/model/index.ts";

export interface SurveyRequest {
  /** Path of browse names or a node id; "" for everything. */
  readonly start: string;
  readonly include: string;
}

/** With the value that it had, for people to recognise it by. */
export interface FoundVariable extends SourceVariable {
  readonly value?: number | string | boolean;
  readonly node: SurveyedNode;
}

const TYPES: Readonly<Record<string, TagType>> = {
  Boolean: "bool",
  SByte: "int",
  Byte: "int",
  Int16: "int",
  UInt16: "int",
  Int32: "int",
  UInt32: "int",
  Int64: "int64",
  UInt64: "int64",
  Float: "float",
  Double: "float",
  String: "string",
  LocalizedText: "string",
  DateTime: "string",
  Guid: "string",
  Enumeration: "enum",
};
const ROLLS_OVER: Readonly<Record<string, number>> = { Byte: 255, UInt16: 65_535, UInt32: 4_294_967_295 };

/** Rejects with a sentence, or with the signal's reason when it is aborted. Arrays and structures are left out: no tag takes them. */
export async function surveyServer(
  endpoint: OpcUaEndpoint,
  { start, include }: SurveyRequest,
  progress: (found: number) => void,
  signal: AbortSignal,
): Promise<readonly FoundVariable[]> {
  const nodes = await endpoint.survey(start, include, { signal, progress: ({ found }) => progress(found) });
  return nodes.flatMap((node) => variableOf(node) ?? []);
}

function variableOf(node: SurveyedNode): FoundVariable | undefined {
  const { address, path, dataType = "", array, unit, range, values, description, sample } = node;
  const type = ownType(dataType, values);
  if (array || type === undefined) return undefined;
  return {
    address,
    path: path.split("/"),
    type,
    node,
    ...(unit === undefined ? {} : { unit }),
    ...(range === undefined ? {} : { range }),
    ...(values === undefined ? {} : { values }),
    ...(description === undefined ? {} : { description }),
    ...(sample === undefined ? {} : { value: sample }),
    ...(Object.hasOwn(ROLLS_OVER, dataType) ? { rollsOverAt: ROLLS_OVER[dataType] ?? 0 } : {}),
  };
}

function ownType(dataType: string, values: SurveyedNode["values"]): TagType | undefined {
  const type = Object.hasOwn(TYPES, dataType) ? TYPES[dataType] : undefined;
  return type === "int" && values !== undefined ? "enum" : type === "enum" && values === undefined ? "int" : type;
}
