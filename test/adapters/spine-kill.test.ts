import { killInfluxdAndTwin, killProducer } from "../support/kill-campaigns.ts";
import { needInfluxd } from "../support/influxd.ts";

describe("the spine under kill -9", function () {
  this.timeout(120_000);

  it("has everything that it acknowledged, in order, after 20 kills of its process", async () => {
    const { acked } = await killProducer(20);
    console.log(`    ${acked} samples acknowledged over 20 kills, none lost`);
  });

  it("stores exactly what was produced while a real influxd is killed twice and the twin once", async function () {
    if (!needInfluxd()) return this.skip();
    const { produced, stored } = await killInfluxdAndTwin(1, 3_000);
    console.log(`    produced ${produced} = stored ${stored}`);
    return undefined;
  });
});
