import { type Contract, compareContracts, contractOf, frozenText, versionOf } from "../../core/connect/contract/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import { type Command, Misuse, parsed, type Terminal } from "../command.ts";
import { carryOut, CHANGE_OPTIONS, CHANGE_USAGE, modelOf } from "./plant-option.ts";

const FILE = "contracts.yaml";

export const freeze: Command = {
  name: "freeze",
  summary: "freezes contracts: from then on a change of the class must become the next version",
  usage: `twinline model freeze [CONTRACT] [--apply --reason TEXT]

  CONTRACT         as in _filler_v1 (all contracts of the classes)
${CHANGE_USAGE}

Frozen contracts stand in ${FILE}. A contract that was frozen stays there when its class moves on.
`,
  async run(args, terminal) {
    const { values, positionals } = parsed(args, CHANGE_OPTIONS, ["contract?"]);
    const model = await modelOf(values.plant, terminal);
    if (model === undefined) return 1;
    const wanted = chosen(positionals[0], model);
    const kept = [...model.contracts]
      .map(([name, tags]): Contract => ({ name, tags }))
      .filter(({ name }) => !wanted.some((one) => one.name === name));
    for (const contract of wanted) compareWithEarlier(contract, model, terminal);
    return carryOut(new Map([[FILE, frozenText([...kept, ...wanted])]]), values, terminal);
  },
};

function chosen(name: string | undefined, model: PlantModel): readonly Contract[] {
  const names = [...model.classes.values()].flatMap(({ contract }) => contract ?? []);
  if (name !== undefined && !names.includes(name)) throw new Misuse(`No class has the contract "${name}". There are: ${names.join(", ")}.`);
  return (name === undefined ? names : [name]).flatMap((one) => contractOf(model, one) ?? []);
}

/** Says what readers of the version before must expect. */
function compareWithEarlier(contract: Contract, model: PlantModel, { out }: Terminal): void {
  const version = versionOf(contract.name);
  const earlier = version === undefined ? undefined : `${version.base}_v${version.version - 1}`;
  const tags = earlier === undefined ? undefined : model.contracts.get(earlier);
  if (earlier === undefined || tags === undefined) return;
  const changes = compareContracts({ name: earlier, tags }, contract);
  if (changes.length === 0) return out(`${contract.name} promises the same as ${earlier}.\n`);
  for (const { path, what, compatible } of changes) {
    const meaning = compatible === "none" ? "breaks readers of both" : `${compatible} compatible`;
    out(`${earlier} → ${contract.name}: ${path}: ${what} (${meaning})\n`);
  }
}
