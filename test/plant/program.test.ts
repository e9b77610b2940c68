/** The demo plant as a program of its own. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { plantChild, plantInProcess, temporaryDir } from "../support/opcua.ts";

describe("demo plant as a program", function () {
  this.timeout(60_000);

  it("serves its ground truth on loopback and refuses questions without a proper range", async () => {
    const dir = temporaryDir();
    const plant = await plantInProcess(`${dir.path}/server`);
    const { time } = (await (await fetch(`${plant.truthUrl}/clock`)).json()) as { time: number };
    const asset = "acme.galway.bottling.line01.filler01";
    const answer = await fetch(`${plant.truthUrl}/truth?asset=${asset}&from=${time - 60_000}&to=${time}`);
    assert.equal(answer.status, 200);
    assert.equal((await fetch(`${plant.truthUrl}/truth?asset=${asset}&from=5&to=1`)).status, 400);
    assert.equal((await fetch(`${plant.truthUrl}/truth?asset=nobody&from=1&to=5`)).status, 404);
    await plant.stop();
    dir.remove();
  });

  it("says which port is taken, and how to choose another", async () => {
    const dir = temporaryDir();
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address() as { port: number };
    await assert.rejects(
      plantChild(`${dir.path}/server`, ["--port", String(port)]),
      new RegExp(`Port ${port} on 127.0.0.1 is taken.*--port`),
    );
    holder.close();
    dir.remove();
  });

  it("refuses to start without users: there are no default passwords", async () => {
    const dir = temporaryDir();
    await assert.rejects(plantChild(`${dir.path}/server`, [], null), /TWINLINE_PLANT_USERS: set it to .* no default passwords/);
    dir.remove();
  });

  it("refuses a speed below real time and a start in the future before it opens a port", async () => {
    const dir = temporaryDir();
    await assert.rejects(plantInProcess(`${dir.path}/server`, { speed: 0 }), /speed: 0 must be at least 1/);
    await assert.rejects(plantInProcess(`${dir.path}/server`, { from: Date.now() + 3_600_000 }), /from: must not lie in the future/);
    dir.remove();
  });
});
