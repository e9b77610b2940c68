import assert from "node:assert/strict";
import type { LedgerEntry } from "../../../../core/connect/ledger/index.ts";
import { stopEvent } from "../../../../core/operate/downtime/index.ts";
import { identificationEvent, readToken } from "../../../../core/govern/identity/index.ts";
import { refusedByClosing, spokenOf, type TerminalRequest } from "../../../../core/operate/terminal/index.ts";
import { MemoryLedger } from "../../../support/memory-ledger.ts";

const NOW = 1_000_000;
const said = { made: NOW, seen_end: null };
const about = { ...said, stop: 1_000 };

function held(id: number, data: object): LedgerEntry {
  const kind = "downtime.statement.v1";
  return {
    id,
    kind,
    asset: "acme.galway",
    start: 1_000,
    end: 2_000,
    revision: id,
    author: "anna",
    reason: "r",
    recorded: NOW,
    data: data as never,
  };
}

const spoken = async (request: object, earlier: readonly LedgerEntry[] = [], stops: readonly [number, number | null][] = []) => {
  const ledger = new MemoryLedger();
  const stop = { bucket: "stop", state: "Stopped", text: null, reason: null, micro: false } as const;
  const events = stops.map(([start, end]) =>
    stopEvent({ ...stop, start, end }, 1, { asset: "acme.galway", modelRevision: "1", microStopMs: 0 }),
  );
  await ledger.record(events, { author: "node:twin-oee", reason: "stated" }, NOW);
  const spokenOfX = await spokenOf({ ...about, id: "entry-0009", ...request } as TerminalRequest, earlier, {
    ledger,
    asset: "acme.galway",
    now: NOW,
  });
  return "status" in spokenOfX ? spokenOfX.code : [spokenOfX.from, spokenOfX.to];
};

describe("the time that an entry speaks of", () => {
  it("is its stretch; of a cut, the cut; of a count, when it was made", async () => {
    assert.deepEqual(await spoken({ action: "assign", from: 1_000, to: 5_000, reason: "jam" }), [1_000, 5_000]);
    assert.deepEqual(await spoken({ action: "split", at: 3_000 }), [3_000, 3_001]);
    const count = { id: "count-001", made: NOW, action: "count", good: 1, scrap: 0 } as const;
    assert.deepEqual(await spokenOf(count, [], { ledger: new MemoryLedger(), asset: "acme.galway", now: NOW }), { from: NOW, to: NOW + 1 });
  });

  it("goes to the end of the stop as the ledger has it, whatever end its sender says that they saw; of a stop that lasts, up to now", async () => {
    const whole = { action: "assign", from: 1_000, to: null, reason: "jam", seen_end: 1_001 };
    assert.deepEqual(await spoken(whole, [], [[1_000, 7_000]]), [1_000, 7_000]);
    assert.deepEqual(await spoken({ ...whole, stop: 9_000 }, [], [[500, 7_000]]), [1_000, 7_000], "of the stop that it begins in");
    assert.deepEqual(await spoken({ ...whole, from: 800 }, [], [[1_000, 7_000]]), [800, 7_000], "else of the stop that it is about");
    assert.deepEqual(await spoken(whole, [], [[1_000, null]]), [1_000, NOW]);
    assert.deepEqual(await spoken(whole), [1_000, 1_001], "where there is none, it is what was seen");
    const assign = held(1, { ...said, ...whole, id: "entry-0001", bucket: "failure" });
    assert.deepEqual(await spoken({ action: "revert", target: "entry-0001" }, [assign], [[1_000, 7_000]]), [1_000, 7_000]);
  });

  it("is, of a revert, what the entry that it takes back means, also through a revert of a revert", async () => {
    const assign = held(1, { ...said, id: "entry-0001", action: "assign", from: 2_000, to: 3_000, reason: "jam", bucket: "failure" });
    const revert = held(2, { ...said, id: "entry-0002", action: "revert", target: "entry-0001" });
    assert.deepEqual(await spoken({ action: "revert", target: "entry-0001" }, [assign]), [2_000, 3_000]);
    assert.deepEqual(await spoken({ action: "revert", target: "entry-0002" }, [assign, revert]), [2_000, 3_000]);
  });

  it("is nothing of a revert of what was not said of the same stop: that is refused", async () => {
    assert.equal(await spoken({ action: "revert", target: "entry-0007" }), "UNKNOWN_ENTRY");
    const itself = held(1, { ...said, id: "entry-0001", action: "revert", target: "entry-0001" });
    assert.equal(await spoken({ action: "revert", target: "entry-0001" }, [itself]), "UNKNOWN_ENTRY", "and no circle");
  });
});

describe("an entry about a closed period", () => {
  const closed = [{ asset: "line", start: 2_000, end: 4_000, author: "carla", recorded: NOW }];
  const refused = (from: number, to: number) => refusedByClosing({ from, to }, closed, String);

  it("is refused with who closed it and what can be done, and one beside it is not", () => {
    assert.equal(refused(1_000, 2_000), undefined);
    assert.equal(refused(4_000, 9_000), undefined);
    assert.match(refused(3_999, 4_000)?.message ?? "", /from 2000 to 4000 was signed by carla and is closed\. A supervisor can reopen it/);
    assert.doesNotMatch(refused(2_000, 4_000)?.message ?? "", /Split/);
    assert.match(refused(3_000, 5_000)?.message ?? "", /Split the stop at 4000/);
    assert.equal(refused(3_000, 5_000)?.status, 409);
  });
});

describe("identification at a shared terminal", () => {
  it("takes a badge, or a name and a PIN, and nothing else", () => {
    for (const body of [
      { how: "badge", badge: "4711-0815" },
      { how: "pin", name: "anna", pin: "1234" },
    ])
      assert.deepEqual(readToken(body), body);
    for (const body of [null, {}, { how: "badge", badge: "" }, { how: "pin", pin: "1234" }, { how: "badge", badge: "x", name: "anna" }])
      assert.ok("status" in (readToken(body) as object));
  });

  it("leaves an event without badge and PIN", () => {
    const { kind, data } = identificationEvent("line.filler", NOW, { outcome: "refused", how: "pin", person: "anna" });
    assert.deepEqual([kind, data], ["terminal.identification.v1", { outcome: "refused", how: "pin", person: "anna" }]);
  });
});
