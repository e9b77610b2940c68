import assert from "node:assert/strict";
import { FalseAlarms } from "../../adapters/charts/index.ts";
import { DEFAULT_RULE_OPTIONS, isLimits, type Limits, limitsOf, RULE_SETS } from "../../core/model/spc/index.ts";
import { timed } from "../support/turn-of-the-loop.ts";

const RULES = { rules: RULE_SETS.nelson.slice(0, 2), options: DEFAULT_RULE_OPTIONS };

function limitsAt(sigmas: number): Limits {
  const limits = limitsOf("i", { centre: 0, sigma: 1, width: { sigmas } });
  return isLimits(limits) ? limits : assert.fail();
}

/** Each answer waits until it is given. */
function byHand() {
  const begun: { readonly sigmas: number; give(answer: number): void; fail(): void }[] = [];
  const alarms = new FalseAlarms(
    ({ width }) =>
      new Promise((give, reject) =>
        begun.push({ sigmas: "sigmas" in width ? width.sigmas : 0, give, fail: () => reject(new Error("The thread has ended.")) }),
      ),
  );
  return { alarms, begun };
}
const turns = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("how often charts alarm for nothing", () => {
  it("is simulated beside Node-RED, which loses no turn of 20 ms by it", async () => {
    const alarms = new FalseAlarms();
    // Trends and alternations among them, or nothing would have to be simulated.
    const rules = { ...RULES, rules: RULE_SETS.nelson.slice(0, 4) };
    const { result, block } = await timed(() => alarms.perThousand(limitsAt(2.9), rules));
    assert.ok(result !== undefined && Math.abs(result - 9.2) < 0.01, "one in 109 points");
    assert.ok(block <= 20, `${block.toFixed(1)} ms`);
  });

  it("is computed once for all who ask, one combination after the other", async () => {
    const { alarms, begun } = byHand();
    const asked = [alarms.perThousand(limitsAt(2), RULES), alarms.perThousand(limitsAt(3), RULES), alarms.perThousand(limitsAt(2), RULES)];
    await turns();
    assert.deepEqual(
      begun.map(({ sigmas }) => sigmas),
      [2],
    );
    begun[0]?.give(50);
    await turns();
    begun[1]?.give(5);
    assert.deepEqual(await Promise.all(asked), [50, 5, 50]);
    assert.equal(await alarms.perThousand(limitsAt(3), RULES), 5);
    assert.equal(begun.length, 2);
  });

  it("is not begun for a form that has changed since, and is kept where it had begun", async () => {
    const { alarms, begun } = byHand();
    const forms = [new AbortController(), new AbortController(), new AbortController()];
    const asked = forms.map(({ signal }, i) => alarms.perThousand(limitsAt(i + 1), RULES, signal));
    await turns();
    forms[0]?.abort();
    forms[1]?.abort();
    begun[0]?.give(300);
    await turns();
    begun[1]?.give(3);
    assert.deepEqual(await Promise.all(asked), [300, undefined, 3]);
    assert.deepEqual(
      begun.map(({ sigmas }) => sigmas),
      [1, 3],
    );
    assert.equal(await alarms.perThousand(limitsAt(1), RULES), 300);
  });

  it("is asked anew after it failed", async () => {
    const { alarms, begun } = byHand();
    const failed = alarms.perThousand(limitsAt(2), RULES);
    await turns();
    begun[0]?.fail();
    await assert.rejects(failed, /has ended/);
    const again = alarms.perThousand(limitsAt(2), RULES);
    await turns();
    begun[1]?.give(50);
    assert.equal(await again, 50);
  });
});
