/** One tag of an Ignition export with what it inherits: an instance's own properties lie over those of its UDT definition. */
import { inside, type JsonLeaf, type JsonMap, type JsonNode } from "./json.ts";
import { childrenOf, nameOf, typeOf, type TagType } from "./ignition-tree.ts";

/** Values of a UDT instance's parameters, by name. */
export type Parameters = ReadonlyMap<string, string>;
export const NO_PARAMETERS: Parameters = new Map();

/** A property's text, what it lacks, or that it is none. */
export type TextReading = { readonly text: string } | { readonly missing: string } | { readonly wrong: true };

export class IgnitionTag {
  readonly name: string;
  /** The nearest first. */
  readonly layers: readonly JsonMap[];
  readonly parameters: Parameters;
  /** Names from the provider, or from what was exported, down to here. */
  readonly path: readonly string[];

  constructor(layers: readonly JsonMap[], parameters: Parameters, parent: readonly string[]) {
    this.layers = layers;
    this.parameters = parameters;
    this.name = layers.map(nameOf).find((name) => name !== "") ?? "";
    this.path = [...parent, this.name];
  }

  get type(): TagType {
    return typeOf(this.layers);
  }

  get(key: string): JsonNode | undefined {
    return this.layerOf(key)?.fields.get(key);
  }

  layerOf(key: string): JsonMap | undefined {
    return this.layers.find((layer) => layer.fields.has(key));
  }

  /** Members by name, each with its overrides first. */
  children(): readonly IgnitionTag[] {
    const members = new Map<string, JsonMap[]>();
    for (const child of this.layers.flatMap(childrenOf)) {
      const layers = members.get(nameOf(child));
      if (layers === undefined) members.set(nameOf(child), [child]);
      else layers.push(child);
    }
    return [...members.values()].map((layers) => new IgnitionTag(layers, this.parameters, this.path));
  }

  /** The same instance over its definition, with the parameters of both; a parameter may be bound to one of the surrounding instance. */
  instantiated(definition: readonly JsonMap[]): IgnitionTag {
    const layers = [...this.layers, ...definition];
    const own = new Map([["InstanceName", this.name]]);
    const outer = this.parameters.get("InstanceName");
    if (outer !== undefined) own.set("ParentInstanceName", outer);
    for (const layer of layers) {
      const parameters = layer.fields.get("parameters");
      for (const [name, node] of parameters?.kind === "map" ? parameters.fields : []) {
        const value = node.kind === "map" && !isBound(node) ? node.fields.get("value") : node;
        const reading = value === undefined ? undefined : textOf(value, this.parameters);
        if (!own.has(name) && reading !== undefined && "text" in reading) own.set(name, reading.text);
      }
    }
    return new IgnitionTag(layers, own, this.path.slice(0, -1));
  }

  text(key: string): TextReading | undefined {
    const node = this.get(key);
    return node === undefined ? undefined : textOf(node, this.parameters);
  }
}

/** `{ bindType: "parameter", binding: "ns=1;s=[{Device}]Speed" }` with the parameters put in, or plain text. */
function textOf(node: JsonNode, parameters: Parameters): TextReading {
  if (node.kind === "leaf") {
    return node.value === null ? { text: "" } : typeof node.value === "boolean" ? { wrong: true } : { text: String(node.value) };
  }
  const binding = node.kind === "map" && isBound(node) ? node.fields.get("binding") : undefined;
  if (binding?.kind !== "leaf" || typeof binding.value !== "string") return { wrong: true };
  let missing: string | undefined;
  const text = binding.value.replace(/\{([^{}]*)\}/g, (placeholder, name: string) => {
    const value = parameters.get(name);
    if (value === undefined) missing ??= placeholder;
    return value ?? "";
  });
  return missing === undefined ? { text } : { missing };
}

function isBound(node: JsonMap): boolean {
  const type = node.fields.get("bindType");
  return type?.kind === "leaf" && type.value === "parameter";
}

/** Everything below a property that holds a value of its own: leaves, and maps and lists without any. */
export function* leavesOf(node: JsonNode, property: string): Generator<readonly [string, JsonNode, JsonLeaf["value"]]> {
  if (node.kind === "leaf") yield [property, node, node.value];
  else if (node.kind === "list") {
    if (node.items.length === 0) yield [property, node, "[]"];
    for (const [index, item] of node.items.entries()) yield* leavesOf(item, `${property}[${index}]`);
  } else {
    if (node.fields.size === 0) yield [property, node, "{}"];
    for (const [key, field] of node.fields) yield* leavesOf(field, inside(property, key));
  }
}
