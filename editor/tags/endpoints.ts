/** Endpoints of the page Tags: everybody sees the tags that their scope covers. */
import { type Finding, FINDINGS, healthCounts, isWell, type TagHealth } from "../../core/connect/health/index.ts";
import { covers, type Person, ROLES } from "../../core/govern/identity/index.ts";
import { deployedPlants } from "../../nodes/connect/twin-plant/endpoints.ts";
import { AdminRefusal, type AdminEndpoint, type AdminRequest } from "../../nodes/kit/node.ts";
import { dependentsOf } from "./dependents.ts";
import { tagDetail } from "./detail.ts";
import { PlantView, type TagsHost } from "./plant-view.ts";
import { liveValue, type LiveValue } from "./shown-tag.ts";
import { TagTree } from "./tree.ts";

/** Who changes tags, and who sees what stands behind them. */
const CHANGING = ["engineer", "ot-admin"] as const;
const [LONGEST_SEARCH, MOST_LIVE, MOST_UNMAPPED] = [200, 300, 50];
const FILTERS: ReadonlySet<string> = new Set<string>([...FINDINGS, "ok", "unwell"]);

export function tagEndpoints(host: TagsHost): readonly AdminEndpoint[] {
  const views = new WeakMap<object, PlantView>();
  const viewOf = ({ params }: AdminRequest): PlantView => {
    const id = params["id"] ?? "";
    const service = deployedPlants().get(id);
    if (service === undefined) throw new AdminRefusal(404, "NOT_FOUND", "There is no such deployed plant. Deploy first, then try again.");
    if (!service.loaded && service.problems.length === 0)
      throw new AdminRefusal(409, "PLANT_READING", "The plant files are still being read. Try again in a moment.");
    if (!service.loaded)
      throw new AdminRefusal(
        409,
        "PLANT_FAULTY",
        "The plant files have problems, so that there is no model. Correct them and deploy again.",
      );
    const view = views.get(service) ?? new PlantView(id, service, host);
    views.set(service, view);
    return view;
  };
  return [
    {
      method: "get",
      path: "tags/plants",
      roles: ROLES,
      handle: () => {
        const names = new Map(host.nodes().map(({ id, name }) => [id, name] as const));
        return [...deployedPlants()].map(([id, service]) => ({
          id,
          name: names.get(id) || (service.loaded ? `${service.model.enterprise}.${service.model.site}` : id),
          loaded: service.loaded,
          problems: service.problems.length,
        }));
      },
    },
    { method: "get", path: "tags/:id/tree", roles: ROLES, handle: (request) => tree(request, viewOf(request), host.now()) },
    { method: "post", path: "tags/:id/live", roles: ROLES, handle: (request) => live(request, viewOf(request), host.now()) },
    {
      method: "get",
      path: "tags/:id/tag",
      roles: ROLES,
      handle: (request) => {
        const view = viewOf(request);
        return tagDetail(tagOf(request, view), view.model, host.now(), (asset) => covers(request.person, asset));
      },
    },
    {
      method: "get",
      path: "tags/:id/dependents",
      roles: CHANGING,
      handle: (request) => {
        const view = viewOf(request);
        const { definition } = tagOf(request, view);
        return dependentsOf(view.model, definition, view.references, view.boards);
      },
    },
    {
      method: "get",
      path: "tags/:id/unmapped",
      roles: CHANGING,
      handle: (request) => {
        const addresses = viewOf(request).unmapped();
        // An address belongs to no equipment that a scope could cover.
        if (!request.person.scope.includes("*"))
          throw new AdminRefusal(403, "FORBIDDEN", "Addresses without a tag are shown to people whose account covers the whole site.");
        return { total: addresses.length, addresses: addresses.slice(0, MOST_UNMAPPED) };
      },
    },
  ];
}

function covered(person: Person, view: PlantView): readonly TagHealth[] {
  return [...view.health.values()].filter(({ definition }) => covers(person, definition.asset));
}

function tree({ person, query }: AdminRequest, view: PlantView, now: number): object {
  const { under = "", offset = "0", search = "", filter = "" } = query;
  if (!/^\d{1,6}$/.test(offset)) throw new AdminRefusal(400, "BAD_REQUEST", "offset: send a whole number from 0.");
  if (filter !== "" && !FILTERS.has(filter)) throw new AdminRefusal(400, "BAD_REQUEST", `filter: send one of ${[...FILTERS].join(", ")}.`);
  const words = search
    .slice(0, LONGEST_SEARCH)
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const matching = covered(person, view).filter((tag) => passes(tag, filter) && holds(tag, words));
  const found = new TagTree(view.model, matching, isWell, now);
  return { ...found.branch({ under, offset: Number(offset), open: words.length > 0 || filter !== "" }), found: matching.length };
}

function passes(tag: TagHealth, filter: string): boolean {
  if (filter === "" || filter === "ok") return filter === "" || isWell(tag);
  return filter === "unwell" ? !isWell(tag) : tag.findings.includes(filter as Finding);
}

function holds({ definition }: TagHealth, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = `${definition.id} ${definition.description ?? ""} ${definition.address ?? ""}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The values of the tags in sight, and how the plant as a whole is doing. */
function live({ person, body }: AdminRequest, view: PlantView, now: number): object {
  const asked: unknown = (body as { tags?: unknown } | null)?.tags;
  if (!Array.isArray(asked) || asked.length > MOST_LIVE || asked.some((id) => typeof id !== "string"))
    throw new AdminRefusal(400, "BAD_REQUEST", `tags: send a list of at most ${MOST_LIVE} tag ids.`);
  const values: (LiveValue & { readonly id: string; readonly findings: readonly Finding[] })[] = [];
  for (const id of asked as string[]) {
    const tag = view.health.get(id);
    if (tag !== undefined && covers(person, tag.definition.asset))
      values.push({ id, findings: tag.findings, ...liveValue(tag, now, view.model.display) });
  }
  return {
    counts: healthCounts(covered(person, view)),
    unmapped: person.scope.includes("*") ? view.unmapped().length : 0,
    tagMaps: view.tagMaps.length,
    problems: view.service.problems.length,
    revision: view.model.revision,
    values,
  };
}

/** A tag outside the person's scope is as unknown as one that does not exist. */
function tagOf({ person, query }: AdminRequest, view: PlantView): TagHealth {
  const tag = view.health.get(query["tag"] ?? "");
  if (tag === undefined || !covers(person, tag.definition.asset))
    throw new AdminRefusal(404, "NOT_FOUND", "The plant has no such tag, or your account does not cover its equipment.");
  return tag;
}
