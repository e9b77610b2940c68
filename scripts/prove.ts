/**
 * `npm run prove [-- capability… [word…]] [--json]`: runs the real check behind every claim and prints claim, figure, bound
 * and verdict. Exits non-zero when a row fails. The claims of a capability stand in `test/prove/<capability>.ts`; words
 * choose those of its proofs whose title has one of them (`npm run prove -- oee terminal`).
 */
import { readdirSync } from "node:fs";
import { readyComponents } from "./components.ts";
import type { Proof, ProofResult } from "../test/prove/proof.ts";

const args = process.argv.slice(2);
const asJson = args.includes("--json");
const known = readdirSync("test/prove")
  .filter((file) => file.endsWith(".ts") && file !== "proof.ts")
  .map((file) => file.slice(0, -3));
const given = args.filter((arg) => !arg.startsWith("--"));
const named = given.filter((name) => known.includes(name));
const words = given.filter((name) => !known.includes(name)).map((word) => word.toLowerCase());
if (words.length > 0 && named.length === 0) {
  process.stderr.write(`No such capability: ${words.join(", ")}. Known: ${known.join(", ")}.\n`);
  process.exit(2);
}

const missing = readyComponents((line) => process.stderr.write(`${line}\n`));
if (missing.length > 0) process.exit(2);

const results: (ProofResult & { capability: string })[] = [];
for (const capability of named.length > 0 ? named : known) {
  const { proofs } = (await import(`../test/prove/${capability}.ts`)) as { proofs: readonly Proof[] };
  for (const proof of proofs.filter(({ title }) => isWanted(title))) {
    if (!asJson) process.stderr.write(`… ${proof.title}\n`);
    for (const row of await outcome(proof)) {
      results.push({ capability, ...row });
      if (!asJson)
        process.stdout.write(`${row.pass ? "PASS" : "FAIL"}  ${row.claim}\n      figure: ${row.figure}\n      bound:  ${row.bound}\n`);
    }
  }
}

const failed = results.filter((row) => !row.pass).length;
if (asJson) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
else process.stdout.write(`\n${results.length - failed} of ${results.length} claims proved.\n`);
process.exit(failed === 0 && results.length > 0 ? 0 : 1);

function isWanted(title: string): boolean {
  return words.length === 0 || words.some((word) => title.toLowerCase().includes(word));
}

async function outcome(proof: Proof): Promise<readonly ProofResult[]> {
  try {
    return await proof.run((line) => process.stderr.write(`    ${line}\n`));
  } catch (error) {
    return [
      {
        claim: proof.title,
        figure: `the check itself failed: ${error instanceof Error ? error.message : String(error)}`,
        bound: "it runs",
        pass: false,
      },
    ];
  }
}
