/** A second connection to the historian of a running test site. */
import path from "node:path";
import { InfluxHistorian } from "../../adapters/influxdb/index.ts";
import { EmbeddedHistorian } from "../../adapters/sqlite/embedded-historian.ts";
import { SqliteThread } from "../../adapters/sqlite/thread.ts";
import type { Historian } from "../../core/connect/history/index.ts";
import type { TestSite } from "./site.ts";

export async function openHistorian({ site }: TestSite): Promise<{ readonly historian: Historian; close(): Promise<void> }> {
  if (site.urls.influx) {
    const historian = new InfluxHistorian({ url: site.urls.influx, database: "twinline" });
    return { historian, close: () => historian.close() };
  }
  const thread = new SqliteThread();
  const file = path.join(site.dir, "node-red", "twinline", "historian", "history.sqlite");
  const historian = new EmbeddedHistorian(await thread.open("history", file, {}));
  return {
    historian,
    close: async () => {
      await historian.close();
      await thread.end();
    },
  };
}
