/**
 * The rules of the Node-RED flow library's scorecard that can be checked without a network, applied to a built package.
 * P07 wants the lowest Node of the latest Node-RED to be admitted; node-opcua needs 22.13, so that rule is a known exception.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export interface Finding {
  readonly rule: string;
  readonly passed: boolean;
  readonly detail: string;
  /** Reported, but no reason to fail. */
  readonly gated: boolean;
}

/** The literal registration as the flow library's own parser understands it. */
export interface Registration {
  readonly type: string;
  readonly category: string;
  readonly color: string | undefined;
  readonly icon: string | undefined;
  readonly inputs: number | undefined;
  readonly outputs: number | undefined;
  readonly defaults: readonly string[];
  readonly credentials: readonly string[];
}

interface Manifest {
  readonly name: string;
  readonly license?: string;
  readonly repository?: unknown;
  readonly bugs?: unknown;
  readonly keywords?: readonly string[];
  readonly engines?: { readonly node?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly "node-red": { readonly version?: string; readonly nodes: Readonly<Record<string, string>> };
}

export function scorecard(root: string): readonly Finding[] {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as Manifest;
  const registrations = Object.values(manifest["node-red"].nodes).flatMap((file) =>
    registrationsOf(path.join(root, file.replace(/\.js$/, ".html"))),
  );
  const dependencies = Object.keys(manifest.dependencies ?? {});
  const unused = withoutExample(root, registrations);
  return [
    finding("P01", manifest.license !== undefined, `licence ${manifest.license ?? "missing"}`),
    finding("P03", manifest.repository !== undefined || manifest.bugs !== undefined, "a repository or an address for bugs", false),
    finding("P04", /^@[a-z\d][\w-.]+\/[a-z\d][\w-.]*$/.test(manifest.name), `the name ${manifest.name} is scoped`),
    finding("P05", manifest.keywords?.includes("node-red") === true, "the keyword node-red"),
    finding("P06", manifest["node-red"].version !== undefined, `Node-RED ${manifest["node-red"].version ?? "not declared"}`),
    finding(
      "P07",
      manifest.engines?.node !== undefined,
      `Node ${manifest.engines?.node ?? "not declared"} (known exception: node-opcua needs 22.13, Node-RED 22.9)`,
    ),
    finding(
      "N01",
      registrations.every(({ type }) => type.startsWith("twin-")),
      "every type starts with twin-",
    ),
    finding(
      "N02",
      unused.length === 0,
      unused.length === 0 ? "every node is in an example" : `no example for ${unused.join(", ")}`,
      existsSync(path.join(root, "examples")),
    ),
    finding("D01", dependencies.length <= 6, `${dependencies.length} dependencies`, false),
  ];
}

function finding(rule: string, passed: boolean, detail: string, gated = true): Finding {
  return { rule, passed, detail, gated };
}

function withoutExample(root: string, registrations: readonly Registration[]): readonly string[] {
  const folder = path.join(root, "examples");
  const files = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"))
    : [];
  const used = new Set(
    files.flatMap((file) => (JSON.parse(readFileSync(path.join(folder, file), "utf8")) as { type: string }[]).map(({ type }) => type)),
  );
  return registrations.filter(({ type, category }) => category !== "config" && !used.has(type)).map(({ type }) => type);
}

/**
 * Reads `registerType("literal", { … })` out of the script elements. Only what the flow library accepts counts: the
 * element must carry type="text/javascript", the name and the shown properties must be literals.
 */
export function registrationsOf(file: string): readonly Registration[] {
  const scripts = readFileSync(file, "utf8").matchAll(/<script.+?type=['"]text\/javascript['"].*?>([\S\s]*?)<\/script>/gi);
  return [...scripts].flatMap(([, script]) =>
    [...(script ?? "").matchAll(/\.registerType\("([^"]+)",\s*\{([\S\s]*?)\n\}\);/g)].map(([, type, body]) =>
      registration(type ?? "", body ?? ""),
    ),
  );
}

function registration(type: string, body: string): Registration {
  const text = (key: string): string | undefined => new RegExp(`^ {2}${key}: "([^"]*)"`, "m").exec(body)?.[1];
  const number = (key: string): number | undefined => {
    const found = new RegExp(`^ {2}${key}: (\\d+)`, "m").exec(body)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const block = /^ {2}defaults: \{\n([\S\s]*?)\n {2}\}/m.exec(body)?.[1] ?? "";
  const secrets = /^ {2}credentials: \{(.*)\}/m.exec(body)?.[1] ?? "";
  return {
    type,
    category: text("category") ?? "",
    color: text("color"),
    icon: text("icon"),
    inputs: number("inputs"),
    outputs: number("outputs"),
    defaults: [...block.matchAll(/^ {4}(\w+): \{/gm)].map(([, key]) => key ?? ""),
    credentials: [...secrets.matchAll(/(\w+): \{/g)].map(([, key]) => key ?? ""),
  };
}
