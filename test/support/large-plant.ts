/** A plant of 40 machines on 4 lines with 5,000 tags, as files and as variables of a server. */
import { type TagRow, writeSheet } from "../../core/connect/tag-sheet/index.ts";

const [LINES, MACHINES, SIGNALS] = [4, 10, 125];
export const TAGS = LINES * MACHINES * SIGNALS;
export const NAMESPACE_URI = "urn:twinline:large-plant";

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${prefix}${String(at + 1).padStart(2, "0")}`);

export function variableNames(): readonly string[] {
  return rows().map(({ address }) => address?.slice(address.indexOf(";s=") + 3) ?? "");
}

export function equipmentYaml(): string {
  const lines = names("line", LINES).flatMap((line) => [
    `  hall.${line}: { kind: ProductionLine }`,
    ...names("machine", MACHINES).map((machine) => `  hall.${line}.${machine}: { kind: WorkCell }`),
  ]);
  return `equipment:\n  hall: { kind: Area, calendar: always }\n${lines.join("\n")}\n`;
}

export function sheet(): string {
  return writeSheet(rows());
}

function rows(): readonly TagRow[] {
  return names("line", LINES).flatMap((line) =>
    names("machine", MACHINES).flatMap((machine) =>
      Array.from({ length: SIGNALS }, (_, at): TagRow => {
        const tag = `signal_${String(at + 1).padStart(3, "0")}`;
        const address = `nsu=${NAMESPACE_URI};s=${line.toUpperCase()}_${machine.toUpperCase()}.DB${at + 1}`;
        const description = `Signal ${at + 1} of ${machine} on ${line}`;
        return { equipment: `hall.${line}.${machine}`, tag, address, type: "float", unit: "Cel", min: -50, max: 500, description };
      }),
    ),
  );
}
