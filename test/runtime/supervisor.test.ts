import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Supervised } from "../../settings/supervisor.ts";

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
}

describe("a supervised process", () => {
  const dir = mkdtempSync(path.join(tmpdir(), "twinline-supervisor-"));
  after(() => rmSync(dir, { recursive: true, force: true }));

  it("that is stopped or restarted while its next start is due is not started a second time", async () => {
    const ended = Promise.withResolvers<void>();
    const supervised = new Supervised(
      {
        name: "The process",
        command: process.execPath,
        args: ["-e", "process.stdin.resume(); console.log('up'); setTimeout(() => process.exit(1), 50)"],
        logFile: path.join(dir, "process.log"),
        ready: (_child, lines) =>
          new Promise((resolve) => {
            lines.onLine(() => resolve());
          }),
      },
      () => ended.resolve(),
    );
    await supervised.start();
    const before = timers();
    await ended.promise;
    assert.equal(timers(), before + 1, "the next start is due");
    await supervised.stop();
    assert.equal(timers(), before);
  });
});
