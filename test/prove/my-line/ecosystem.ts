import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runSuite } from "../../../scripts/suites.ts";
import { FIGURES, type Figure, figuresIn } from "../../ecosystem/figures.ts";
import type { Proof, ProofResult } from "../proof.ts";

const SOURCES: readonly (readonly [string, string])[] = [
  ["node-red-contrib-opcua", "as twin-opcua-in"],
  ["node-red-contrib-modbus", "as the device holds"],
  ["node-red-contrib-s7", "as the PLC's data block holds"],
  ["core MQTT", "as was published"],
];
const STEERED = ["node-red-contrib-opcua", "node-red-contrib-modbus"] as const;

/** The packages that people already have, as they are on the registry, against real servers. */
export const ecosystem: Proof = {
  title: "the ecosystem people already have",
  async run(progress) {
    const dir = mkdtempSync(path.join(tmpdir(), "twinline-figures-"));
    const file = path.join(dir, "figures.jsonl");
    try {
      progress("the first run installs the packages, about a minute");
      const counts = await runSuite(
        {
          name: "ecosystem",
          files: ["test/ecosystem/templates.test.ts", "test/ecosystem/steering.test.ts"],
          isolated: true,
          timeoutMs: 600_000,
        },
        { [FIGURES]: file },
      );
      const whole = counts.failed === 0 && counts.skipped.length === 0;
      const figures = new Map(figuresIn(file).map((one) => [one.of, one]));
      return [
        ...SOURCES.map(([name, peer]) => delivered(name, peer, figures.get(name), whole)),
        ...STEERED.map((name) => refused(name, figures.get(`${name}, hostile`), whole)),
      ];
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

function delivered(name: string, peer: string, figure: Figure | undefined, whole: boolean): ProofResult {
  return {
    claim: `the template for ${name} runs with the real package and delivers the same samples ${peer}`,
    figure:
      figure === undefined
        ? "not reached"
        : `${figure.count} samples over ${figure.among} ${figure.among === 1 ? "tag" : "tags"}, all equal`,
    bound: "every sample equal, no rule of the tests broken or skipped",
    pass: whole && figure !== undefined && figure.count > 0,
  };
}

function refused(name: string, figure: Figure | undefined, whole: boolean): ProofResult {
  return {
    claim: `behind twin-read-only a hostile message never becomes a write through ${name}`,
    figure: figure === undefined ? "not reached" : `${figure.count} hostile messages, ${figure.among} refused, 0 writes at the server`,
    bound: "0 writes, no rule of the tests broken or skipped",
    pass: whole && figure !== undefined && figure.count > 0,
  };
}
