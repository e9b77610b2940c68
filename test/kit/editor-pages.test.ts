/** The editor's pages as one script: it parses, and every word that it says is in its catalogue. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import vm from "node:vm";
import { browserScript } from "../../scripts/build/browser.ts";

const BROWSER = path.resolve(import.meta.dirname, "../../editor/browser");
const sources = readdirSync(BROWSER, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({ name, text: readFileSync(path.join(BROWSER, name), "utf8") }));
const keysIn = (file: string): Set<string> => {
  const text = sources.find(({ name }) => name.endsWith(file))?.text ?? "";
  return new Set([...text.matchAll(/^ {2}(?:"([^"]+)"|(\w+)):/gm)].map(([, quoted, plain]) => quoted ?? plain ?? ""));
};
const marks = (file: string, key: string): readonly string[] => {
  const text = sources.find(({ name }) => name.endsWith(file))?.text ?? "";
  const quoted = key.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const [, sentence = ""] = new RegExp(`^ {2}"?${quoted}"?:\\s*"((?:[^"\\\\]|\\\\.)*)"`, "m").exec(text) ?? [];
  return [...new Set(sentence.match(/__\w+?__/g) ?? [])].toSorted();
};

describe("the editor's pages", () => {
  it("are one script in which no two modules use the same name", () => {
    assert.ok(new vm.Script(browserScript(path.join(BROWSER, "main.ts"))));
  });

  it("say only words of their catalogue", () => {
    const english = keysIn("words.ts");
    const said = sources.flatMap(({ text }) => [...text.matchAll(/\bsay\(\s*"([^"]+)"/g)].map(([, word]) => word ?? ""));
    assert.ok(said.length > 100);
    assert.deepEqual(
      said.filter((word) => !english.has(word)),
      [],
    );
  });

  it("say the same in German, with the same values in each sentence", () => {
    const [english, german] = [keysIn("words.ts"), keysIn("words-de.ts")];
    assert.deepEqual(
      [...german].filter((key) => !english.has(key)),
      [],
    );
    assert.deepEqual(
      [...english].filter((key) => !german.has(key) && !["server"].includes(key)),
      [],
    );
    for (const key of german) assert.deepEqual(marks("words-de.ts", key), marks("words.ts", key), key);
  });
});
