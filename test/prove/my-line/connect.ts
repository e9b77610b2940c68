/** My own line: from somebody else's server to OEE on a board, by an engineer in the editor, and a second line like it. */
import { type ConnectedLine, ConnectSession } from "../../support/connect-line.ts";
import type { ForeignLineName } from "../../support/foreign-hall.ts";
import type { Proof, ProofResult } from "../proof.ts";

const MACHINE_S = 60;
/** What an engineer needs for one action who reads, thinks and types: generous, so that the sum is an upper bound. */
const SECONDS_PER_ACTION = 12;
const [FIRST_MINUTES, SECOND_MINUTES] = [15, 5];

export const connectLine: Proof = {
  title: "My own line in 15 minutes, a second like it in 5",
  async run(progress) {
    const session = await ConnectSession.start();
    try {
      const first = await session.connect();
      progress(`the first line is deployed after ${actionsOf(first)} actions`);
      const second = await session.copy();
      progress(`its copy is deployed after ${actionsOf(second)} actions`);
      return [
        effort("a foreign line of 6 machines and 300 variables, from an empty site to the deployed flow", first, FIRST_MINUTES),
        effort("a second line like it, by a map of addresses", second, SECOND_MINUTES),
        await agreement(session, "Linie3", first),
        await agreement(session, "Linie4", second),
      ];
    } finally {
      await session.stop();
    }
  },
};

function actionsOf({ actions: { clicks, fields, keys } }: ConnectedLine): number {
  return clicks + fields + keys;
}

function effort(claim: string, line: ConnectedLine, minutes: number): ProofResult {
  const count = actionsOf(line);
  const machine = line.machineMs / 1000;
  const whole = (count * SECONDS_PER_ACTION + machine) / 60;
  return {
    claim,
    figure: `${count} actions, ${machine.toFixed(1)} s of waiting: ${whole.toFixed(1)} min at ${SECONDS_PER_ACTION} s an action`,
    bound: `${minutes} min, waiting below ${MACHINE_S} s`,
    pass: whole <= minutes && machine < MACHINE_S,
  };
}

async function agreement(session: ConnectSession, name: ForeignLineName, { board }: ConnectedLine): Promise<ProofResult> {
  const page = await session.openBoard(board);
  const { shown, expected, tolerance } = await session.compare(page, name);
  return {
    claim: `the OEE tile of ${name} against the foreign machine's own books`,
    figure: `${percent(shown)} shown, ${percent(expected)} true`,
    bound: `± ${percent(tolerance)} (1 s at the edges)`,
    pass: Math.abs(shown - expected) <= tolerance,
  };
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}
