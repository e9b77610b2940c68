/** Everything a server says about its variables: what a person would look up node by node before mapping them. */
import type { DataValue, LocalizedText, NodeId } from "node-opcua-client";
import type { SurveyedVariable } from "../../core/connect/suggest/index.ts";
import { ucumOf } from "../../core/connect/units/index.ts";
import { addressOf } from "./address.ts";
import { inBatches } from "./batches.ts";
import { type BrowseRequest, type FoundVariable, allOf, walk } from "./browse.ts";
import { ANY_TYPE, DataTypes } from "./data-types.ts";
import type { Connection } from "./items.ts";
import { readingOf } from "./reading.ts";

export interface SurveyedNode extends SurveyedVariable {
  readonly displayName: string;
  readonly array: boolean;
  /** The engineering unit as the server shows it; `unit` is its UCUM code where that is known. */
  readonly unitText?: string;
  /** StatusCode of the present value; absent for arrays and structures, whose values are not read. */
  readonly status?: number;
}

export interface SurveyProgress {
  readonly found: number;
  readonly read: number;
}

export interface SurveyOptions {
  /** Ends the survey between two calls to the server; it then throws the signal's reason. */
  readonly signal?: AbortSignal;
  readonly progress?: (progress: SurveyProgress) => void;
}

const VARIABLES_PER_ROUND = 100;
const QUESTIONS_PER_CALL = 250;
const [VALUE, DESCRIPTION, DATA_TYPE, VALUE_RANK] = [13, 5, 14, 15];
const HAS_PROPERTY = "i=46";
const PROPERTIES = ["EngineeringUnits", "EURange", "EnumStrings", "EnumValues"] as const;
type Property = (typeof PROPERTIES)[number];
/** Structures, images and files may be of any size; nothing that a tag takes is among them. */
const UNREAD: ReadonlySet<string> = new Set(["ByteString", "ExtensionObject", "DataValue", "Variant", "DiagnosticInfo", "XmlElement"]);
const LONGEST_TEXT = 500;
const MOST_VALUES = 1000;

/** Properties by name, for each node in turn. */
type Properties = ReadonlyMap<Property, DataValue>;

/** Surveys below the start; the server's own nodes (namespace 0) are left out below Objects. Order and errors as in `walk`. */
export async function survey(
  connection: Connection,
  request: BrowseRequest,
  { signal, progress }: SurveyOptions = {},
): Promise<SurveyedNode[]> {
  const { library, session, namespaces } = connection;
  const found: FoundVariable[] = [];
  const options = { plantOnly: true, ...(signal ? { signal } : {}) };
  for await (const variable of walk(library, session, namespaces, request, options)) {
    if (found.push(variable) % VARIABLES_PER_ROUND === 0) progress?.({ found: found.length, read: 0 });
  }
  const surveyor = new Surveyor(connection, signal);
  const nodes: SurveyedNode[] = [];
  progress?.({ found: found.length, read: 0 });
  for (let at = 0; at < found.length; at += VARIABLES_PER_ROUND) {
    nodes.push(...(await surveyor.round(found.slice(at, at + VARIABLES_PER_ROUND))));
    progress?.({ found: found.length, read: nodes.length });
  }
  return nodes;
}

class Surveyor {
  readonly #connection: Connection;
  readonly #signal: AbortSignal | undefined;
  readonly #types: DataTypes;
  /** Texts of an enumeration by its data type; they stand on the type where the variable has none of its own. */
  readonly #texts = new Map<string, Readonly<Record<string, string>> | undefined>();

  constructor(connection: Connection, signal: AbortSignal | undefined) {
    this.#connection = connection;
    this.#signal = signal;
    this.#types = new DataTypes(connection, signal);
  }

  async round(variables: readonly FoundVariable[]): Promise<SurveyedNode[]> {
    const attributes = await this.#read(
      variables.flatMap(({ nodeId }) => [DESCRIPTION, DATA_TYPE, VALUE_RANK].map((attributeId) => ({ nodeId, attributeId }))),
    );
    const plain = variables.map((_, index) => {
      const [description, dataType, rank] = attributes.slice(3 * index, 3 * index + 3);
      const type = (valueOf(dataType) as NodeId | undefined)?.toString() ?? ANY_TYPE;
      return { description: textOf(description), type, array: Number(valueOf(rank) ?? -1) >= 0 };
    });
    const types = plain.map(({ type }) => type);
    await this.#types.learn(types);
    const properties = await this.#properties(variables.map(({ nodeId }) => nodeId));
    await this.#learnTexts(types.filter((_, index) => !(properties[index]?.has("EnumStrings") || properties[index]?.has("EnumValues"))));
    const readable = variables.filter((_, index) => plain[index]?.array === false && !UNREAD.has(this.#types.nameOf(types[index] ?? "")));
    const answers = await this.#read(readable.map(({ nodeId }) => ({ nodeId, attributeId: VALUE })));
    const values = new Map(readable.map(({ nodeId }, index) => [nodeId, answers[index]]));
    return variables.map((variable, index) => {
      const { description = "", type = "", array = false } = plain[index] ?? {};
      return {
        address: addressOf(variable.nodeId, this.#connection.namespaces),
        path: variable.path,
        name: variable.name,
        displayName: variable.displayName,
        array,
        ...(description === "" ? {} : { description }),
        ...this.#present(values.get(variable.nodeId), type),
        ...unitOf(properties[index]),
        ...rangeOf(properties[index]),
        ...valuesOf(enumTextsOf(properties[index]) ?? this.#texts.get(type)),
      };
    });
  }

  /** Type, value and status; where the data type is abstract, the value tells which one it is now. */
  #present(value: DataValue | undefined, type: string): Pick<SurveyedNode, "dataType" | "sample" | "status"> {
    const declared = this.#types.nameOf(type);
    if (value === undefined) return { dataType: declared };
    const { value: plain, status = 0 } = readingOf("", value, 0);
    const dataType = this.#types.isAbstract(type) ? this.#types.builtIn(value.value?.dataType ?? 0, declared) : declared;
    if (typeof plain === "string") return { dataType, sample: plain.slice(0, LONGEST_TEXT), status };
    return typeof plain === "number" || typeof plain === "boolean" ? { dataType, sample: plain, status } : { dataType, status };
  }

  async #learnTexts(types: readonly string[]): Promise<void> {
    const unknown = [...new Set(types)].filter((type) => !this.#texts.has(type) && this.#types.isEnumeration(type));
    const properties = await this.#properties(unknown);
    for (const [index, type] of unknown.entries()) this.#texts.set(type, enumTextsOf(properties[index]));
  }

  /** The properties that matter here, of each node in turn. */
  async #properties(nodeIds: readonly string[]): Promise<Properties[]> {
    const { client } = this.#connection.library;
    const common = { referenceTypeId: HAS_PROPERTY, includeSubtypes: true, browseDirection: client.BrowseDirection.Forward };
    const results = await inBatches(
      nodeIds.map((nodeId) => ({ ...common, nodeId, resultMask: 63, nodeClassMask: 2 })),
      QUESTIONS_PER_CALL,
      async (batch) => this.#connection.session.browse(batch),
      this.#signal,
    );
    const wanted: { readonly owner: number; readonly name: Property; readonly nodeId: string }[] = [];
    for (const [owner, result] of results.entries()) {
      for (const reference of await allOf(this.#connection.session, result)) {
        const name = PROPERTIES.find((property) => property === reference.browseName.name);
        if (name !== undefined) wanted.push({ owner, name, nodeId: reference.nodeId.toString() });
      }
    }
    const answers = await this.#read(wanted.map(({ nodeId }) => ({ nodeId, attributeId: VALUE })));
    const properties = nodeIds.map(() => new Map<Property, DataValue>());
    for (const [index, { owner, name }] of wanted.entries()) {
      const answer = answers[index];
      if (answer !== undefined) properties[owner]?.set(name, answer);
    }
    return properties;
  }

  #read(questions: readonly { readonly nodeId: string; readonly attributeId: number }[]): Promise<DataValue[]> {
    return inBatches(questions, QUESTIONS_PER_CALL, async (batch) => this.#connection.session.read(batch), this.#signal);
  }
}

/** What was answered; undefined where the server refused or has nothing. */
function valueOf(answer: DataValue | undefined): unknown {
  return answer?.statusCode.isGoodish() ? (answer.value?.value ?? undefined) : undefined;
}

function textOf(answer: DataValue | undefined): string {
  return ((valueOf(answer) as Partial<LocalizedText> | undefined)?.text ?? "").slice(0, LONGEST_TEXT);
}

function unitOf(properties: Properties | undefined): Pick<SurveyedNode, "unit" | "unitText"> {
  const stated = valueOf(properties?.get("EngineeringUnits")) as
    | { readonly namespaceUri?: string | null; readonly unitId?: number; readonly displayName?: Partial<LocalizedText> }
    | undefined;
  if (stated === undefined) return {};
  const unitText = (stated.displayName?.text ?? "").slice(0, LONGEST_TEXT);
  const unit = ucumOf({ namespaceUri: stated.namespaceUri ?? "", unitId: stated.unitId ?? -1, displayName: unitText });
  return { ...(unitText === "" ? {} : { unitText }), ...(unit === undefined ? {} : { unit }) };
}

/** A range of no width is how servers say that they have none. */
function rangeOf(properties: Properties | undefined): Pick<SurveyedNode, "range"> {
  const stated = valueOf(properties?.get("EURange")) as { readonly low?: number; readonly high?: number } | undefined;
  const { low: min = Number.NaN, high: max = Number.NaN } = stated ?? {};
  return min < max ? { range: { min, max } } : {};
}

function valuesOf(values: Readonly<Record<string, string>> | undefined): Pick<SurveyedNode, "values"> {
  return values === undefined ? {} : { values };
}

/** EnumValues names its numbers; EnumStrings counts from 0 (OPC 10000-3, 8.39 and 8.14). */
function enumTextsOf(properties: Properties | undefined): Readonly<Record<string, string>> | undefined {
  const numbered = valueOf(properties?.get("EnumValues"));
  const listed = valueOf(properties?.get("EnumStrings"));
  const entries = Array.isArray(numbered)
    ? (numbered as { readonly value: readonly [number, number]; readonly displayName: Partial<LocalizedText> }[]).map(
        ({ value: [high, low], displayName }) => [high * 2 ** 32 + (low >>> 0), displayName.text ?? ""] as const,
      )
    : Array.isArray(listed)
      ? (listed as Partial<LocalizedText>[]).map(({ text }, index) => [index, text ?? ""] as const)
      : [];
  if (entries.length === 0) return undefined;
  return Object.fromEntries(entries.slice(0, MOST_VALUES).map(([number, text]) => [String(number), text.slice(0, LONGEST_TEXT)]));
}
