import type { Historian, Query } from "../../../core/connect/history/index.ts";
import type { HistorianService } from "../../connect/twin-historian/historian-service.ts";

/** The historian of the moment: after a failure of the storage thread the service has another one, and boards go on with it. */
export function presentHistorian(service: Pick<HistorianService, "historian">): Pick<Historian, "query"> {
  return { query: (query: Query) => service.historian.query(query) };
}
