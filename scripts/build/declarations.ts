/** Finds the declarations of a package and says what is wrong with them. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { fields, readConfiguration, secretFields } from "../../nodes/kit/configuration.ts";
import type { NodeDeclaration } from "../../nodes/kit/declaration.ts";

export interface FoundNode {
  readonly declaration: NodeDeclaration;
  /** Relative to the package, with "/". */
  readonly folder: string;
}

/** Every `nodes/<module>/<type>/<type>.node.ts` below `root`, sorted by module and type. */
export async function findNodes(root: string): Promise<readonly FoundNode[]> {
  const found: FoundNode[] = [];
  for (const module of folders(path.join(root, "nodes"))) {
    for (const type of folders(path.join(root, "nodes", module))) {
      const folder = `nodes/${module}/${type}`;
      const file = path.join(root, folder, `${type}.node.ts`);
      if (!existsSync(file)) continue;
      const { default: declaration } = (await import(pathToFileURL(file).href)) as { default: NodeDeclaration };
      found.push({ declaration, folder });
    }
  }
  return found;
}

function folders(dir: string): readonly string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Names that Node-RED keeps for itself in a saved node. */
const RESERVED = new Set([
  "id",
  "type",
  "x",
  "y",
  "z",
  "g",
  "d",
  "l",
  "wires",
  "name",
  "version",
  "users",
  "credentials",
  "inputs",
  "outputs",
  "changed",
  "dirty",
  "valid",
]);

export function declarationFaults({ declaration, folder }: FoundNode): readonly string[] {
  const { type, module, kind, version, outputs = [], inputs = [], migrations = [] } = declaration;
  const faults: string[] = [];
  if (folder !== `nodes/${module}/${type}`) faults.push(`it must lie in nodes/${module}/${type}`);
  if (!/^twin-[a-z0-9-]+$/.test(type)) faults.push("its type must be lower case and start with twin-");
  if (kind === "config" && outputs.length + inputs.length > 0) faults.push("a configuration node has no ports");
  if (new Set(outputs.map((port) => port.name)).size !== outputs.length) faults.push("two output ports have the same name");
  const steps = migrations.map((step) => step.to).sort((a, b) => a - b);
  const wanted = Array.from({ length: version - 1 }, (_, index) => index + 2);
  if (steps.join() !== wanted.join())
    faults.push(`version ${version} needs the migrations ${wanted.join(", ") || "(none)"}, not ${steps.join(", ") || "(none)"}`);
  for (const key of forgottenReads(declaration)) faults.push(`a migration reads "${key}": name it in reads, or the editor loses it`);
  for (const [key, field] of fields(declaration)) {
    const where = `field "${key}"`;
    if (!/^[A-Za-z]\w*$/.test(key) || RESERVED.has(key)) faults.push(`${where} has a name that Node-RED uses itself or cannot keep`);
    if (!field.label || !field.help) faults.push(`${where} needs a label and a help text`);
    if (field.widget === "config" && field.refers === undefined) faults.push(`${where} must say which configuration node it refers to`);
    if (field.widget === "table" && field.items?.properties === undefined) faults.push(`${where} is a table, but not an array of objects`);
    for (const [column, schema] of Object.entries(field.items?.properties ?? {})) {
      if (!schema.label) faults.push(`${where}, column "${column}" needs a label`);
    }
  }
  for (const [key, field] of secretFields(declaration)) {
    if (declaration.config.required?.includes(key)) faults.push(`the secret "${key}" must be optional: it is not part of the flow`);
    if (field.default !== undefined) faults.push(`the secret "${key}" must not have a default`);
  }
  faults.push(...defaultFaults(declaration));
  return faults.map((fault) => `${type}: ${fault}.`);
}

/** What migrations really read, of fields that neither today's configuration nor `reads` knows. */
function forgottenReads(declaration: NodeDeclaration): readonly string[] {
  const known = new Set([
    ...fields(declaration).map(([key]) => key),
    ...(declaration.migrations ?? []).flatMap((step) => step.reads ?? []),
    ...RESERVED,
  ]);
  const seen = new Set<string>();
  const watched = new Proxy<Record<string, unknown>>({}, { get: (_target, key) => void (typeof key === "string" && seen.add(key)) });
  for (const step of declaration.migrations ?? []) {
    try {
      step.up(watched);
    } catch {
      // it did not find the value it wanted; what it asked for is known
    }
  }
  return [...seen].filter((key) => !known.has(key));
}

/** A default that the node itself refuses would greet people with an error. Fields without a default are theirs to fill. */
function defaultFaults(declaration: NodeDeclaration): readonly string[] {
  const read = readConfiguration(declaration, { version: declaration.version });
  if (read.ok) return [];
  const withDefault = fields(declaration).filter(([, field]) => field.default !== undefined);
  return withDefault.flatMap(([, field]) =>
    read.faults.filter((fault) => fault.startsWith(`"${field.label}"`)).map((fault) => `the default of ${fault}`),
  );
}
