/** What run rules say, per language. English comes with the rules. */
import type { ShownRule } from "../../../../core/model/charting/index.ts";
import type { RuleTextKey } from "../../../../core/model/spc/index.ts";
import { language } from "./terminal-texts.ts";

const DE: Readonly<Record<RuleTextKey, string>> = {
  limits: "jenseits einer Eingriffsgrenze",
  zone: "__k__ von __n__ Punkten jenseits von __z__ σ",
  zoneSame: "__k__ von __n__ Punkten jenseits von __z__ σ auf derselben Seite",
  run: "__length__ Punkte in Folge auf einer Seite der Mittellinie",
  trend: "__length__ Punkte in Folge stetig steigend oder fallend",
  alternation: "__length__ Punkte in Folge abwechselnd auf und ab",
  within: "__length__ Punkte in Folge innerhalb von __z__ σ",
  outside: "__length__ Punkte in Folge jenseits von __z__ σ",
  outsideBoth: "__length__ Punkte in Folge jenseits von __z__ σ, auf beiden Seiten",
  opposite: "zwei Punkte in Folge jenseits von __z__ σ auf entgegengesetzten Seiten",
};

/** In English too where a rule is not known by its parts. */
export function ruleText({ text, says }: ShownRule): string {
  if (says === null || language() !== "de") return text;
  const number = (name: string): string => (Object.hasOwn(says.values, name) ? (says.values[name] ?? 0).toLocaleString("de-DE") : "");
  return DE[says.key].replaceAll(/__(\w+?)__/g, (_mark, name: string) => number(name));
}
