import path from "node:path";
import type { NodeAPI } from "node-red";
import { watchPlantDirectory } from "../../../adapters/files/plant-files.ts";
import { formatProblem } from "../../../core/connect/model/index.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { NodeBehaviour } from "../../kit/node.ts";
import { endpoints, forgetPlant, rememberPlant } from "./endpoints.ts";
import { PlantService } from "./plant-service.ts";
import declaration from "./twin-plant.node.ts";

/** A person sees this many problems at once in the debug sidebar; the endpoint lists all. */
const LOGGED_PROBLEMS = 20;

function behaviour(userDir: string | undefined): NodeBehaviour<typeof declaration> {
  return async (node) => {
    if (userDir === undefined && !path.isAbsolute(node.config.directory)) throw new Error(node.text("noUserDir"));
    const report = (service: PlantService): void => {
      for (const problem of service.problems.slice(0, LOGGED_PROBLEMS)) node.log.error(formatProblem(problem));
      for (const warning of service.warnings.slice(0, LOGGED_PROBLEMS)) node.log.warn(formatProblem(warning));
      if (service.loaded) show(service);
    };
    const show = ({ model, problems, warnings }: PlantService): void => {
      const revision = model.revision.slice(0, 8);
      const counts = { tags: model.tags.size, assets: model.equipment.size, revision };
      if (problems.length > 0) node.status("degraded", node.text("kept", { count: problems.length, revision }));
      else if (warnings.length > 0) node.status("degraded", node.text("warned", { ...counts, warnings: warnings.length }));
      else node.status("ok", node.text("loaded", counts));
    };

    const service = new PlantService(path.resolve(userDir ?? "", node.config.directory), report);
    rememberPlant(node.id, service);
    // Also when the start fails: then there is no behaviour to close.
    node.closing.addEventListener("abort", () => forgetPlant(node.id, service), { once: true });
    node.status("busy", node.text("loading"));
    await service.reload();
    const [first] = service.problems;
    if (first !== undefined) throw new Error(node.text("faulty", { count: service.problems.length, first: formatProblem(first) }));

    const reload = node.guard(async () => service.reload());
    const stop = node.config.watch
      ? watchPlantDirectory(service.directory, reload, (fault) => node.log.warn(fault.message))
      : (): void => undefined;
    return { api: service, onClose: stop };
  };
}

export default (RED: NodeAPI): void => defineNode(declaration, behaviour(RED.settings.userDir), endpoints)(RED);
