/** The editor's pages as one script: it parses, and every word that Connect a line says is in the catalogue of each language. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import vm from "node:vm";
import { browserScript } from "../../scripts/build/browser.ts";

interface Words {
  readonly [key: string]: string | Words;
}

const EDITOR = path.resolve(import.meta.dirname, "../../editor");
const catalogue = (language: string): ReadonlyMap<string, string> =>
  flat((JSON.parse(readFileSync(path.join(EDITOR, "locales", language, "plugin.json"), "utf8")) as Words)["connectLine"] as Words);

function flat(words: Words, before = ""): ReadonlyMap<string, string> {
  const entries = Object.entries(words).flatMap(([key, word]): readonly (readonly [string, string])[] =>
    typeof word === "string" ? [[before + key, word]] : [...flat(word, `${before}${key}.`)],
  );
  return new Map(entries);
}

const marks = (sentence: string | undefined): readonly string[] => [...new Set(sentence?.match(/__\w+?__/g))].toSorted();

describe("the editor's pages", () => {
  it("are one script", () => {
    assert.ok(new vm.Script(browserScript(path.join(EDITOR, "browser", "main.ts"))));
  });

  it("say only words of their catalogue", () => {
    const english = catalogue("en-US");
    const folder = path.join(EDITOR, "browser", "connect-line");
    const said = readdirSync(folder).flatMap((name) =>
      [...readFileSync(path.join(folder, name), "utf8").matchAll(/\bsay\(\s*"([^"]+)"/g)].map(([, word]) => word ?? ""),
    );
    assert.ok(said.length > 100);
    assert.deepEqual(
      said.filter((word) => !english.has(word)),
      [],
    );
  });

  it("say the same in German, with the same values in each sentence", () => {
    const [english, german] = [catalogue("en-US"), catalogue("de")];
    assert.deepEqual([...german.keys()], [...english.keys()]);
    for (const [key, sentence] of german) assert.deepEqual(marks(sentence), marks(english.get(key)), key);
  });
});
