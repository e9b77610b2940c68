import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import vm from "node:vm";
import { Type } from "typebox";
import { formerFields, plainFields, secretFields } from "../../nodes/kit/configuration.ts";
import { declareNode } from "../../nodes/kit/declaration.ts";
import { editorHtml } from "../../scripts/build/editor-html.ts";
import { helpHtml } from "../../scripts/build/help.ts";
import type { FoundNode } from "../../scripts/build/declarations.ts";
import { findNodes } from "../../scripts/build/declarations.ts";
import { generate } from "../../scripts/build/package.ts";
import { category, COLOURS } from "../../scripts/build/palette.ts";
import { registrationsOf, scorecard } from "../../scripts/build/scorecard.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const FIXTURES = path.join(import.meta.dirname, "fixtures");
const target = mkdtempSync(path.join(tmpdir(), "twinline-generated-"));
const fixtures = await findNodes(FIXTURES);
const shipped = await findNodes(ROOT);

const html = (found: FoundNode): string => {
  const base = fixtures.includes(found) ? "fixtures" : "shipped";
  return path.join(target, base, "dist", found.folder, `${found.declaration.type}.html`);
};

describe("the generated editor files", () => {
  before(async () => {
    assert.deepEqual((await generate(FIXTURES, "@twinline/node-red", path.join(target, "fixtures"))).faults, []);
    assert.deepEqual((await generate(ROOT, "@twinline/node-red", path.join(target, "shipped"))).faults, []);
  });
  after(() => rmSync(target, { recursive: true, force: true }));

  for (const found of [...fixtures, ...shipped]) {
    const { declaration } = found;
    const { type, kind } = declaration;

    it(`of ${type} save no field under a name that the editor keeps for itself`, () => {
      const source = readFileSync("node_modules/@node-red/editor-client/public/red/red.js", "utf8");
      const [list = ""] = /internalProperties = (\[[^\]]*\])/.exec(source)?.slice(1) ?? [];
      const internal = new Set([...list.matchAll(/"(\w+)"/g)].map(([, name]) => name));
      assert.ok(internal.has("h"));
      assert.deepEqual(
        Object.keys(declaration.config.properties).filter((name) => internal.has(name)),
        [],
      );
    });

    it(`of ${type} register literally what the declaration says`, () => {
      const [registered, ...others] = registrationsOf(html(found));
      assert.deepEqual(others, []);
      const look =
        kind === "config"
          ? [undefined, undefined, undefined, undefined]
          : [COLOURS[declaration.module], declaration.icon, declaration.inputs?.length ? 1 : 0, declaration.outputs?.length ?? 0];
      assert.deepEqual(registered, {
        type,
        category: kind === "config" ? "config" : category(declaration.module),
        color: look[0],
        icon: look[1],
        inputs: look[2],
        outputs: look[3],
        defaults: ["name", "version", ...plainFields(declaration).map(([key]) => key), ...formerFields(declaration)],
        credentials: secretFields(declaration).map(([key]) => key),
      });
    });

    it(`of ${type} hand Node-RED the defaults of the declaration and no secret`, () => {
      const seen: Record<string, { defaults: Record<string, { value?: unknown; type?: string }> }> = {};
      const script = /<script type="text\/javascript">([\S\s]*?)<\/script>/.exec(readFileSync(html(found), "utf8"))?.[1] ?? "";
      const RED = { nodes: { registerType: (name: string, definition: never) => (seen[name] = definition) } };
      vm.runInNewContext(script, { RED, Twinline: new Proxy({}, { get: () => () => {} }), window: {}, document: {} });
      const defaults = seen[type]?.defaults ?? {};
      for (const [key, field] of plainFields(declaration)) {
        assert.equal(JSON.stringify(defaults[key]?.value), JSON.stringify(field.default ?? ""), key);
        assert.equal(defaults[key]?.type, field.refers, key);
      }
      for (const [key] of secretFields(declaration)) assert.equal(defaults[key], undefined);
    });

    it(`of ${type} name no text that the English catalogue lacks`, () => {
      const file = html(found).replace(new RegExp(`${type}\\.html$`), `locales/en-US/${type}.json`);
      const catalogue = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
      const missing = [...readFileSync(html(found), "utf8").matchAll(/data-i18n="(?:\[\w+\])?([^"]+)"/g)]
        .map(([, key]) => key ?? "")
        .filter(
          (key) =>
            !key.startsWith("node-red:") &&
            typeof key.split(".").reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step], catalogue) !==
              "string",
        );
      assert.deepEqual(missing, []);
    });
  }

  it("keep the rules of the flow library's scorecard", () => {
    const root = path.join(target, "shipped");
    const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { "node-red": { nodes: unknown } };
    manifest["node-red"].nodes = Object.fromEntries(
      shipped.map(({ declaration: { type }, folder }) => [type, `dist/${folder}/${type}.js`]),
    );
    writeFileSync(path.join(root, "package.json"), JSON.stringify(manifest));
    const findings = scorecard(root);
    for (const { rule, passed, detail, gated } of findings)
      if (!passed && !gated) console.log(`      scorecard ${rule} reported, not gated: ${detail}`);
    assert.deepEqual(
      findings.filter(({ passed, gated }) => gated && !passed),
      [],
    );
  });

  it("escape what a declaration says, so that no text becomes markup", () => {
    const hostile = "</script><script>alert(1)</script>";
    const config = Type.Object({ a: Type.String({ label: hostile, help: hostile, unit: hostile, default: hostile, enum: [hostile] }) });
    const declaration = declareNode({
      type: "twin-a",
      module: "connect",
      kind: "node",
      version: 1,
      label: hostile,
      summary: hostile,
      details: hostile,
      icon: "i",
      config,
    });
    assert.equal(editorHtml(declaration, "@twinline/node-red").split("</script>").length, 4);
    assert.equal(helpHtml(declaration).split("</script>").length, 2);
  });
});

const linear = (hex: string): [number, number, number] => {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
};
const luminance = (hex: string): number => {
  const [r, g, b] = linear(hex);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

const lightness = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116);

/** CIE 1976 L*a*b*, D65. */
const lab = ([r, g, b]: readonly [number, number, number]): [number, number, number] => {
  const x = lightness((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505);
  const y = lightness(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = lightness((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
};

describe("the colours of the palette", () => {
  it("carry Node-RED's dark labels with a contrast of at least 6 (WCAG 2.2 asks for 4.5)", () => {
    for (const [module, colour] of Object.entries(COLOURS)) {
      const contrast = (luminance(colour) + 0.05) / (luminance("#333333") + 0.05);
      assert.ok(contrast >= 6, `${module}: ${contrast.toFixed(2)}`);
    }
  });

  /** Full deficiency, linear RGB: G. M. Machado, M. M. Oliveira, L. A. F. Fernandes, IEEE TVCG 15(6), 2009, severity 1.0. */
  const DEFICIENCIES = {
    protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
    deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
    tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
  };
  for (const [deficiency, m] of Object.entries(DEFICIENCIES)) {
    it(`stay apart with ${deficiency} (ΔE*ab of each pair at least 12)`, () => {
      const seen = Object.entries(COLOURS).map(([module, colour]) => {
        const [r, g, b] = linear(colour);
        const row = (at: number): number => Math.min(1, Math.max(0, (m[at] ?? 0) * r + (m[at + 1] ?? 0) * g + (m[at + 2] ?? 0) * b));
        return [module, lab([row(0), row(3), row(6)])] as const;
      });
      for (const [index, [a, one]] of seen.entries()) {
        for (const [b, other] of seen.slice(index + 1)) {
          const distance = Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);
          assert.ok(distance >= 12, `${a} and ${b}: ${distance.toFixed(1)}`);
        }
      }
    });
  }
});
