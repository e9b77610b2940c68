import path from "node:path";
import type { InfluxSettings } from "../../../adapters/influxdb/index.ts";
import { type Contract, ContractCheck } from "../../../core/connect/contract/index.ts";
import type { SeriesOf } from "../../../core/connect/history/index.ts";
import { placeOf, type PlantModel } from "../../../core/connect/model/index.ts";
import type { Reject, Sample } from "../../../core/connect/sample/index.ts";
import { CHART_CONTRACT, ONGOING_CONTRACT } from "../../../core/model/charting/index.ts";
import { ALARM_CONTRACT } from "../../../core/operate/alarm/index.ts";
import { FILL_CONTRACT } from "../../../core/model/fill-weight/index.ts";
import { ENERGY_CONTRACT } from "../../../core/operate/energy/index.ts";
import { OEE_CONTRACT } from "../../../core/operate/oee/index.ts";
import { packtagsContract } from "../../../core/operate/packtags/index.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { TwinNode } from "../../kit/node.ts";
import type { PlantService } from "../twin-plant/plant-service.ts";
import { endpoints } from "./endpoints.ts";
import { HistorianService } from "./historian-service.ts";
import declaration from "./twin-historian.node.ts";

type Node = TwinNode<typeof declaration>;

const MIB = 2 ** 20;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export default defineNode(
  declaration,
  async (node) => {
    const { config } = node;
    node.status("busy", node.text("opening"));
    const plant = config.plant === undefined ? undefined : node.api<PlantService>(config.plant, "twin-plant");
    const seriesOf: SeriesOf = (asset) => (plant ? placeOf(plant.model, asset) : {});
    const influx = influxOf(node);
    const minFreeBytes = config.minFreeMb * MIB;
    const service = await HistorianService.open(
      {
        directory: path.join(node.dataDir, config.folder),
        ...(influx === undefined ? {} : { influx }),
        queue: {
          maxBytes: config.queueMaxMb * MIB,
          maxAgeMs: config.queueMaxDays * DAY_MS,
          whenFull: config.whenFull,
          synchronous: config.durability,
        },
        minFreeBytes,
        seriesOf,
        ...(plant && { violation: keepContracts(plant) }),
        asset: plant ? `${plant.model.enterprise}.${plant.model.site}` : "twinline.historian",
      },
      {
        rawDays: config.retentionDays === 0 ? null : config.retentionDays,
        maxBytes: config.maxSizeGb === 0 ? null : Math.round(config.maxSizeGb * 1_024 * MIB),
        minFreeBytes,
      },
      (sentence) => node.log.error(sentence),
    );
    let prepared = false;
    const prepare = async (): Promise<void> => {
      if (prepared) return;
      // A server that is not there yet is no fault of the deploy: the queue takes what comes meanwhile.
      prepared = await service.historian.prepare().then(
        () => true,
        () => false,
      );
      if (prepared) node.log.info(`Historian: ${service.historian.title}${influx === undefined ? "" : `, database ${influx.database}`}`);
    };
    node.after(0, prepare);
    node.every(2_000, async () => show(node, service));
    node.every(5_000, prepare);
    node.every(5_000, () => service.tend());
    node.after(60_000, () => service.enforceRetention(node.now()));
    node.every(HOUR_MS, () => service.enforceRetention(node.now()));
    return { api: service, onClose: () => service.close() };
  },
  endpoints,
);

/** What the twin publishes itself. */
function ownContracts(model: PlantModel): Contract[] {
  return [OEE_CONTRACT, ENERGY_CONTRACT, ALARM_CONTRACT, CHART_CONTRACT, ONGOING_CONTRACT, FILL_CONTRACT, packtagsContract(model)];
}

/** Always by the model that holds now. */
function keepContracts(plant: PlantService): (sample: Sample) => Reject | undefined {
  let check = new ContractCheck(plant.model, ownContracts(plant.model));
  let { model } = plant;
  return (sample) => {
    if (plant.model !== model) {
      ({ model } = plant);
      check = new ContractCheck(model, ownContracts(model));
    }
    return check.violation(sample);
  };
}

/** The settings in the node win over the environment; credentials in the node are for the address in the node. */
function influxOf(node: Node): InfluxSettings | undefined {
  const { config, secrets } = node;
  if (config.store === "embedded") return undefined;
  const own = config.url !== undefined;
  const url = config.url ?? environment("INFLUX_URL");
  if (url === undefined) {
    if (config.store === "influxdb") throw new Error(node.text("noAddress"));
    return undefined;
  }
  const user = own ? config.user : (config.user ?? environment("INFLUX_USER"));
  const password = own ? secrets["password"] : (secrets["password"] ?? environment("INFLUX_PASSWORD") ?? environment("INFLUX_TOKEN"));
  return { url, database: config.database, ...(user === undefined ? {} : { user }), ...(password === undefined ? {} : { password }) };
}

function environment(name: string): string | undefined {
  const value = process.env[name];
  return value === "" ? undefined : value;
}

async function show(node: Node, service: HistorianService): Promise<void> {
  try {
    const { queue, forwarder, title } = await service.stats();
    const waiting = queue.points;
    if (forwarder.state === "away") {
      node.status(forwarder.fault ? "fault" : "degraded", node.text("away", { waiting, problem: forwarder.problem ?? "" }));
    } else node.status("ok", node.text("using", { title, rate: Math.round(forwarder.rate), waiting }));
  } catch (error) {
    node.status("fault", node.text("recovering", { problem: (error as Error).message }));
  }
}
