import assert from "node:assert/strict";
import type { LedgerEntry } from "../../../../core/connect/ledger/index.ts";
import {
  identificationEvent,
  readToken,
  refusedByClosing,
  spokenOf,
  type TerminalRequest,
} from "../../../../core/operate/terminal/index.ts";

const NOW = 1_000_000;
const said = { made: NOW, seen_end: null };
const about = { ...said, stop: 1_000 };

function held(id: number, data: object): LedgerEntry {
  const kind = "downtime.statement.v1";
  return { id, kind, asset: "x", start: 1_000, end: 2_000, revision: id, author: "anna", reason: "r", recorded: NOW, data: data as never };
}

const spoken = (request: object, earlier: readonly LedgerEntry[] = []): number[] => {
  const { from, to } = spokenOf({ ...about, id: "entry-0009", ...request } as TerminalRequest, earlier, NOW);
  return [from, to];
};

describe("the time that an entry speaks of", () => {
  it("is its stretch; of a stop that lasts, up to now; of a cut, the cut", () => {
    assert.deepEqual(spoken({ action: "assign", from: 1_000, to: 5_000, reason: "jam" }), [1_000, 5_000]);
    assert.deepEqual(spoken({ action: "assign", from: 1_000, to: null, reason: "jam" }), [1_000, NOW]);
    assert.deepEqual(spoken({ action: "assign", from: 1_000, to: null, seen_end: 7_000, reason: "jam" }), [1_000, 7_000]);
    assert.deepEqual(spoken({ action: "split", at: 3_000 }), [3_000, 3_001]);
    assert.deepEqual(spokenOf({ id: "count-001", made: NOW, action: "count", good: 1, scrap: 0 }, [], NOW), { from: NOW, to: NOW + 1 });
  });

  it("is, of a revert, what the entry that it takes back means, also through a revert of a revert", () => {
    const assign = held(1, { ...said, id: "entry-0001", action: "assign", from: 2_000, to: 3_000, reason: "jam", bucket: "failure" });
    const revert = held(2, { ...said, id: "entry-0002", action: "revert", target: "entry-0001" });
    assert.deepEqual(spoken({ action: "revert", target: "entry-0001" }, [assign]), [2_000, 3_000]);
    assert.deepEqual(spoken({ action: "revert", target: "entry-0002" }, [assign, revert]), [2_000, 3_000]);
    assert.deepEqual(spoken({ action: "revert", target: "entry-0007" }, [assign]), [1_000, NOW], "unknown: the whole stop");
    const itself = held(1, { ...said, id: "entry-0001", action: "revert", target: "entry-0001" });
    assert.deepEqual(spoken({ action: "revert", target: "entry-0001" }, [itself]), [1_000, NOW], "and no circle");
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
