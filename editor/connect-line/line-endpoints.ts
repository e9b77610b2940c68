/** Steps 3 to 5 of the page: machines proposed from what is ticked, and the files that the decisions give. */
import { planLine } from "../../core/connect/line-plan/index.ts";
import type { Expiring } from "./expiring.ts";
import { Plan, Propose, ProposeTags, readBody } from "./input.ts";
import { proposeMachines, proposeTags } from "./proposals.ts";
import { type Endpoint, visitIn } from "./server-endpoints.ts";
import { plantFilesOf, plantModelOf, plantSite } from "./site.ts";
import { refusedChange, type StagedChanges } from "./staged.ts";
import type { Visit } from "./visit.ts";

export interface LineEndpointsOptions {
  readonly visits: Expiring<Visit>;
  readonly staged: StagedChanges;
  readonly userDir: string | undefined;
}

/** An edited sheet of 2 MiB, or the addresses of a large line, as JSON. */
const LARGEST_PLAN = 4 * 1024 * 1024;

export function lineEndpoints({ visits, staged, userDir }: LineEndpointsOptions): readonly Endpoint[] {
  return [
    {
      method: "post",
      path: "propose",
      handle: async (request, find) => {
        const { plant, server } = readBody(Propose, request.body);
        const visit = visitIn(visits, request, server);
        return proposeMachines(visit, (await plantModelOf(plantSite(plant, userDir, find))).classes);
      },
    },
    {
      method: "post",
      path: "propose/tags",
      largestBody: LARGEST_PLAN,
      handle: async (request, find) => {
        const { plant, server, class: name, addresses } = readBody(ProposeTags, request.body);
        const { classes } = await plantModelOf(plantSite(plant, userDir, find));
        return proposeTags(visitIn(visits, request, server), classes, name, addresses);
      },
    },
    {
      method: "post",
      path: "plan",
      largestBody: LARGEST_PLAN,
      handle: async (request, find) => {
        const { plant, server, decisions, sheet } = readBody(Plan, request.body);
        const visit = visitIn(visits, request, server);
        const site = plantSite(plant, userDir, find);
        const planned = planLine(await plantFilesOf(site), decisions, visit.choice.variables);
        const { missing, problems } = planned;
        if (planned.files.length === 0) return { missing, ...refusedChange(problems) };
        // An edited sheet takes the place of the planned one; the difference is made again from it.
        const files = planned.files.map((file) => (sheet !== undefined && file.name.endsWith(".csv") ? { ...file, text: sheet } : file));
        const view = await staged.look(request.person, site, new Map(files.map(({ name, text }) => [name, text])));
        return { missing, ...view };
      },
    },
  ];
}
