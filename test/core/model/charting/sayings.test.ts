import assert from "node:assert/strict";
import { LIMITS_TEXTS } from "../../../../core/model/limits/index.ts";
import { REFUSALS, WARNINGS } from "../../../../core/model/capability/index.ts";
import { CHART_SAYINGS, sayCharting } from "../../../../core/model/charting/index.ts";
import { estimateLimits, SPC_TEXTS } from "../../../../core/model/spc/index.ts";
import { CHARTING_TEXTS } from "../../../../core/model/charting/texts.ts";
import { ALARM_TEXTS } from "../../../../core/operate/alarm/index.ts";
import { REFUSED_DE } from "../../../../nodes/see/twin-boards/browser/alarm-texts.ts";
import { DE, refusedText, saidText } from "../../../../nodes/see/twin-boards/browser/saying-texts.ts";

const names = (text: string): string[] => [...text.matchAll(/__(\w+?)__/g)].map(([, name = ""]) => name);

/** As a browser in which somebody has chosen a language. */
function speaking<T>(language: "de" | "en", say: () => T): T {
  const before = Object.getOwnPropertyDescriptor(globalThis, "localStorage");
  Object.defineProperty(globalThis, "localStorage", { value: { getItem: () => language }, configurable: true, writable: true });
  try {
    return say();
  } finally {
    if (before !== undefined) Object.defineProperty(globalThis, "localStorage", before);
  }
}

describe("what charts tell people", () => {
  it("has words in every language for every sentence, with no name in them that the sentence does not fill", () => {
    assert.deepEqual(Object.keys(DE).toSorted(), Object.keys(CHART_SAYINGS).toSorted());
    assert.deepEqual(Object.keys(REFUSED_DE).toSorted(), Object.keys(ALARM_TEXTS).toSorted());
    const english: Readonly<Record<string, string>> = { ...CHART_SAYINGS, ...ALARM_TEXTS };
    for (const [key, german] of Object.entries({ ...DE, ...REFUSED_DE })) {
      assert.notEqual(german.trim(), "", key);
      const known = names(english[key] ?? "");
      assert.deepEqual(
        names(german).filter((name) => !known.includes(name)),
        [],
        key,
      );
    }
  });

  it("calls no two sentences by one key", () => {
    const parts = [SPC_TEXTS, LIMITS_TEXTS, CHARTING_TEXTS, REFUSALS, WARNINGS, ALARM_TEXTS].flatMap((texts) => Object.keys(texts));
    assert.deepEqual(
      parts.filter((key, i) => parts.indexOf(key) !== i),
      [],
    );
  });

  it("is German on a German page, figures with a comma, sentences within sentences too, and English elsewhere", () => {
    const drifting = Array.from({ length: 30 }, (_, i) => ({ values: [10 + i * 0.1 + (i % 3) * 0.03] }));
    const found = estimateLimits("i", drifting);
    assert.ok(!("reject" in found));
    const alike = found.warnings.find(({ code }) => code === "AUTOCORRELATED") ?? assert.fail();
    assert.match(
      speaking("de", () => saidText(alike)),
      /^Benachbarte Punkte gleichen sich \(Autokorrelation zum Abstand 1: 0,9, Schranke 0,37\)/,
    );
    assert.equal(
      speaking("en", () => saidText(alike)),
      alike.message,
    );
    const refused = estimateLimits("xbar", [{ values: [1, 2] }, { values: [1, 1e200] }]);
    assert.ok("reject" in refused);
    assert.equal(
      speaking("de", () => refusedText(refused.reject)),
      "Brauchbare Stichproben: 1. Eine Karte der Art X̄ braucht mindestens 2, und 25, um etwas zu sagen. " +
        "Abgewiesen: 1. Ein Wert der Stichprobe ist 1e+200; eine Karte rechnet höchstens mit 1e+100.",
    );
  });

  it("is told in English where its key is of a later release, or hostile", () => {
    for (const key of ["ofTomorrow", "__proto__", "constructor"])
      assert.equal(
        speaking("de", () => saidText({ message: "Something new.", says: { key, values: {} } })),
        "Something new.",
      );
    assert.equal(
      speaking("de", () => refusedText({ code: "NO_VERSION", ...sayCharting("noVersion", { version: 1_234 }) })),
      "Eine Version 1.234 gibt es nicht.",
    );
  });
});
