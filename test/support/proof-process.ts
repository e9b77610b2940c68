/** Runs one proof in this process and tells the parent what it says: `proof-process.ts <file> <name of the export>`. */
import type { Proof } from "../prove/proof.ts";

const [file = "", name = ""] = process.argv.slice(2);
const proof = ((await import(file)) as Readonly<Record<string, Proof>>)[name];
if (proof === undefined) throw new Error(`${file} exports no ${name}.`);
const rows = await proof.run((line) => process.send?.({ line }));
process.send?.({ rows }, () => process.exit());
