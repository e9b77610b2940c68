import { killInfluxdAndTwin, killProducer } from "../support/kill-campaigns.ts";
import { needInfluxd } from "../support/influxd.ts";

describe("the spine under kill -9, long", function () {
  this.timeout(3_600_000);

  it("has everything that it acknowledged, in order, after 200 kills of its process", async () => {
    const { acked } = await killProducer(200);
    console.log(`    ${acked} samples acknowledged over 200 kills, none lost`);
  });

  it("stores exactly what was produced over 20 rounds of two kills of influxd and one of the twin", async function () {
    if (!needInfluxd()) return this.skip();
    const { produced, stored } = await killInfluxdAndTwin(20, 20_000);
    console.log(`    produced ${produced} = stored ${stored}`);
    return undefined;
  });
});
