/** Generates everything of a package that comes from its declarations. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { NodeDeclaration } from "../../nodes/kit/declaration.ts";
import { type Catalogue, ENGLISH, englishCatalogue, type Phrases, translatedCatalogue, unknownKeys } from "./catalogue.ts";
import { browserModule, browserScript, editorScript } from "./browser.ts";
import { declarationFaults, findNodes, type FoundNode } from "./declarations.ts";
import { editorHtml } from "./editor-html.ts";
import { helpHtml, translatedHelp } from "./help.ts";
import { filesBelow, Output } from "./output.ts";

export interface Generated {
  readonly nodes: readonly FoundNode[];
  readonly faults: readonly string[];
  readonly map: PackageMap;
}

/** What package.json tells Node-RED: the file of each node type, and of each plugin. */
export interface PackageMap {
  readonly nodes: Readonly<Record<string, string>>;
  readonly plugins: Readonly<Record<string, string>>;
}

/** The editor's own part of the package: one plugin with its pages. */
const PLUGIN = { name: "twinline-editor", browser: "editor/browser/main.ts", locales: "editor/locales", runtime: "dist/editor/plugin.js" };
const KIT = path.resolve(import.meta.dirname, "../../nodes/kit");

/** Generates from `<root>/nodes` and `<root>/flows` into `dist`, `resources` and `examples` below `target`. */
export async function generate(root: string, packageName: string, target = root): Promise<Generated> {
  const nodes = await findNodes(root);
  const out = new Output(target);
  const faults = nodes.flatMap(declarationFaults);
  for (const found of nodes) faults.push(...writeNode(out, root, packageName, found));
  out.write("resources/kit.js", browserScript(path.join(KIT, "browser/form.ts")));
  if (existsSync(path.join(root, PLUGIN.browser))) faults.push(...writePlugin(out, root));
  for (const module of new Set(nodes.map(({ declaration }) => declaration.module))) copyIcons(out, root, module, nodes);
  out.copy(path.join(root, "flows"), "examples");
  out.prune("examples", () => false);
  out.prune("dist", (file) => existsSync(path.join(root, sourceOf(file))));
  return { nodes, faults, map: packageMap(root, nodes) };
}

/** The source of a compiled file; generated files of a node have none and must have been written by this build. */
function sourceOf(file: string): string {
  if (file.endsWith(".tsbuildinfo")) return ".";
  if (/(^|\/)(public|locales|icons)\//.test(file)) return "\0";
  return file.replace(/(\.d\.ts|\.js\.map|\.js)$/, ".ts");
}

function writeNode(out: Output, root: string, packageName: string, { declaration, folder }: FoundNode): readonly string[] {
  const { type } = declaration;
  const source = path.join(root, folder);
  const dist = `dist/${folder}`;
  const own = path.join(source, `${type}.editor.ts`);
  out.write(`${dist}/${type}.html`, editorHtml(declaration, packageName, existsSync(own) ? editorScript(own) : ""));
  out.copy(path.join(source, "public"), `${dist}/public`);
  for (const file of filesBelow(path.join(source, "browser"))) {
    if (file.endsWith(".ts") && !file.endsWith(".d.ts")) {
      out.write(`${dist}/public/${path.relative(path.join(source, "browser"), file).replace(/\.ts$/, ".js")}`, browserModule(file));
    }
  }
  return writeLocales(out, source, `${dist}/locales`, declaration);
}

function writeLocales(out: Output, source: string, dist: string, declaration: NodeDeclaration): readonly string[] {
  const { type } = declaration;
  const english = englishCatalogue(declaration);
  out.write(`${dist}/en-US/${type}.json`, json({ [type]: english }));
  out.write(`${dist}/en-US/${type}.html`, helpHtml(declaration));
  const faults: string[] = [];
  for (const language of new Set([...languages(path.join(KIT, "locales")), ...languages(path.join(source, "locales"))])) {
    const own = read<Record<string, Catalogue>>(path.join(source, "locales", language, `${type}.json`))?.[type] ?? {};
    faults.push(
      ...unknownKeys({ ...english, help: "" }, own).map(
        (key) => `${type}: locales/${language} translates "${key}", which the declaration does not have.`,
      ),
    );
    const phrases = read<Phrases>(path.join(KIT, "locales", `${language}.json`)) ?? ENGLISH;
    out.write(`${dist}/${language}/${type}.json`, json({ [type]: translatedCatalogue(declaration, phrases, own) }));
    const help = translatedHelp(type, own);
    if (help !== undefined) out.write(`${dist}/${language}/${type}.html`, help);
  }
  return faults;
}

function languages(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => name.replace(/\.json$/, ""));
}

/** Node-RED looks for icons beside the node file. */
function copyIcons(out: Output, root: string, module: string, nodes: readonly FoundNode[]): void {
  for (const { declaration, folder } of nodes) {
    if (declaration.module === module) out.copy(path.join(root, "nodes", module, "icons"), `dist/${folder}/icons`);
  }
}

/** The browser part of the plugin and its catalogues; each language must say what English says. */
function writePlugin(out: Output, root: string): readonly string[] {
  out.write("dist/editor/plugin.html", `<script type="text/javascript">\n${browserScript(path.join(root, PLUGIN.browser))}</script>\n`);
  const catalogue = (language: string): Catalogue => read<Catalogue>(path.join(root, PLUGIN.locales, language, "plugin.json")) ?? {};
  const english = catalogue("en-US");
  return languages(path.join(root, PLUGIN.locales)).flatMap((language) => {
    const own = catalogue(language);
    out.write(`dist/editor/locales/${language}/plugin.json`, json(own));
    const file = `${PLUGIN.locales}/${language}/plugin.json`;
    return [
      ...unknownKeys(english, own).map((key) => `${file} translates "${key}", which English does not have.`),
      ...unknownKeys(own, english).map((key) => `${file} lacks "${key}".`),
    ];
  });
}

/** What package.json has to say of these nodes and of the plugin beside them. */
export function packageMap(root: string, nodes: readonly FoundNode[]): PackageMap {
  return {
    plugins: existsSync(path.join(root, PLUGIN.browser)) ? { [PLUGIN.name]: PLUGIN.runtime } : {},
    nodes: Object.fromEntries(nodes.map(({ declaration, folder }) => [declaration.type, `dist/${folder}/${declaration.type}.js`])),
  };
}

/** Rewrites `node-red` of package.json where it differs; answers whether it did (or, with `check`, would). */
export function updatePackageMap(root: string, map: PackageMap, check: boolean): boolean {
  const file = path.join(root, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { "node-red": Partial<PackageMap> };
  const { plugins = {}, nodes = {} } = manifest["node-red"];
  if (JSON.stringify([plugins, nodes]) === JSON.stringify([map.plugins, map.nodes])) return false;
  if (!check) {
    Object.assign(manifest["node-red"], map);
    writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
  }
  return true;
}

function read<T>(file: string): T | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as T) : undefined;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
