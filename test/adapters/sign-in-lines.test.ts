import assert from "node:assert/strict";
import { Lines } from "../../adapters/accounts/lines.ts";

/** Jobs that end when the test says so, in the order in which their turn came. */
class Jobs {
  readonly lines = new Lines();
  readonly begun: string[] = [];
  readonly #ends = new Map<string, () => void>();

  async ask(account: string, name: string, address = ""): Promise<string | undefined> {
    return this.lines.turn(account, address, async () => {
      this.begun.push(name);
      await new Promise<void>((resolve) => {
        this.#ends.set(name, resolve);
      });
      return name;
    });
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe("lines of sign-ins", () => {
  it("check two accounts at once, and one sign-in of an account at a time", async () => {
    const jobs = new Jobs();
    for (const [account, name] of [
      ["a", "a1"],
      ["a", "a2"],
      ["b", "b1"],
      ["c", "c1"],
    ] as const)
      void jobs.ask(account, name);
    await jobs.end("");
    assert.deepEqual(jobs.begun, ["a1", "b1"]);
    await jobs.end("b1");
    assert.deepEqual(jobs.begun, ["a1", "b1", "c1"]);
    await jobs.end("a1");
    assert.deepEqual(jobs.begun, ["a1", "b1", "c1", "a2"]);
  });

  it("take turns: the next sign-in of a flooded account comes after those of accounts that wait", async () => {
    const jobs = new Jobs();
    for (const name of ["a1", "a2", "a3"]) void jobs.ask("a", name);
    for (const name of ["b1", "b2", "b3"]) void jobs.ask("b", name);
    await jobs.end("");
    void jobs.ask("c", "c1");
    for (const name of ["a1", "b1", "c1", "a2", "b2"]) await jobs.end(name);
    assert.ok(jobs.begun.indexOf("c1") <= 3, String(jobs.begun));
    assert.deepEqual(jobs.begun.toSorted(), ["a1", "a2", "a3", "b1", "b2", "b3", "c1"]);
  });

  it("hold five sign-ins per account and address and fifty per account; more are refused at once, other accounts are not", async () => {
    const jobs = new Jobs();
    void jobs.ask("a", "running", "x");
    for (let i = 0; i < 5; i += 1) void jobs.ask("a", `x${i}`, "x");
    assert.equal(await jobs.ask("a", "x5", "x"), undefined);
    for (let i = 0; i < 45; i += 1) void jobs.ask("a", `y${i}`, `y${i}`);
    assert.equal(await jobs.ask("a", "z", "z"), undefined);
    void jobs.ask("b", "b1", "x");
    await jobs.end("");
    assert.deepEqual(jobs.begun, ["running", "b1"]);
  });

  it("go on after a check that failed", async () => {
    const lines = new Lines();
    await assert.rejects(
      lines.turn("a", "", () => Promise.reject(new Error("disk"))),
      /disk/,
    );
    assert.equal(await lines.turn("a", "", () => Promise.resolve("next")), "next");
  });
});
