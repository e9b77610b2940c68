/** A second reader of the historian of a running test site. */
import path from "node:path";
import { InfluxHistorian } from "../../adapters/influxdb/index.ts";
import { EmbeddedHistorian } from "../../adapters/sqlite/embedded-historian.ts";
import { SqliteThread } from "../../adapters/sqlite/thread.ts";
import type { Historian } from "../../core/connect/history/index.ts";
import type { TestSite } from "./site.ts";

export type Reader = Pick<Historian, "query" | "readSamples">;

export async function openHistorian({ site }: TestSite): Promise<{ readonly historian: Reader; close(): Promise<void> }> {
  if (site.urls.influx) {
    const historian = new InfluxHistorian({ url: site.urls.influx, database: "twinline" });
    return { historian, close: () => historian.close() };
  }
  return openEmbedded(path.join(site.dir, "node-red"));
}

/** The embedded historian below the user directory of a running Node-RED. */
export function openEmbedded(userDir: string): { readonly historian: Reader; close(): Promise<void> } {
  const thread = new SqliteThread();
  const file = path.join(userDir, "twinline", "historian", "history.sqlite");
  // Opened for each question: a store that is open knows only the series of its own process.
  const ask = async <T>(question: (historian: Historian) => Promise<T>): Promise<T> => {
    const historian = new EmbeddedHistorian(await thread.open("history", file, {}));
    try {
      return await question(historian);
    } finally {
      await historian.close();
    }
  };
  const historian: Reader = {
    query: (query) => ask((store) => store.query(query)),
    readSamples: (range) => ask((store) => store.readSamples(range)),
  };
  return { historian, close: () => thread.end() };
}
