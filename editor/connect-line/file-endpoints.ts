/** What can be done with the plant files without a server: export, import, copy a line, revisions and rollback, apply. */
import { copyEquipment, readMap } from "../../core/connect/line-copy/index.ts";
import { importSheet } from "../../core/connect/sheet-import/index.ts";
import { rowsOf, writeSheet } from "../../core/connect/tag-sheet/index.ts";
import { AdminRefusal, type AdminRequest } from "../../nodes/kit/node.ts";
import { Apply, Back, Copy, Import, readBody } from "./input.ts";
import type { Endpoint } from "./server-endpoints.ts";
import { describeSite, plantFilesOf, plantModelOf, type PlantSite, plantSite } from "./site.ts";
import { refusedChange, type StagedChanges } from "./staged.ts";

export interface FileEndpointsOptions {
  readonly staged: StagedChanges;
  readonly userDir: string | undefined;
}

/** What a spreadsheet of a person with a decimal comma opens without asking. */
const FOR_COMMA = { delimiter: ";", decimalComma: true, byteOrderMark: true } as const;

/** A sheet of 2 MiB as JSON. */
const LARGEST_SHEET = 4 * 1024 * 1024;

export function fileEndpoints({ staged, userDir }: FileEndpointsOptions): readonly Endpoint[] {
  const siteOf = (plant: string, find: <T>(id: string) => T): PlantSite => plantSite(plant, userDir, find);
  return [
    { method: "get", path: "site", handle: (request, find) => describeSite(siteOf(asked(request), find)) },
    {
      method: "get",
      path: "export",
      handle: async (request, find) => {
        const place = request.query["place"] ?? "";
        const rows = rowsOf(await plantModelOf(siteOf(asked(request), find)), place);
        const style = request.query["style"] === "comma" ? FOR_COMMA : { byteOrderMark: true };
        return { name: `${place === "" ? "site" : place}.csv`, rows: rows.length, text: writeSheet(rows, style) };
      },
    },
    {
      method: "post",
      path: "import",
      largestBody: LARGEST_SHEET,
      handle: async ({ person, body }, find) => {
        const { plant, name, text } = readBody(Import, body);
        const site = siteOf(plant, find);
        const imported = importSheet(await plantFilesOf(site), { name, text });
        return "problems" in imported ? refusedChange(imported.problems) : staged.look(person, site, imported.change);
      },
    },
    {
      method: "post",
      path: "copy",
      largestBody: LARGEST_SHEET,
      handle: async ({ person, body }, find) => {
        const { plant, from, to, map: text } = readBody(Copy, body);
        const site = siteOf(plant, find);
        const read = readMap({ name: "map.csv", text });
        if (read.problems.length > 0) return refusedChange(read.problems);
        const copied = copyEquipment(await plantFilesOf(site), { from, to, map: read.map });
        if ("problems" in copied) return refusedChange(copied.problems);
        return staged.look(person, site, new Map(copied.files.map((file) => [file.name, file.text])));
      },
    },
    {
      method: "get",
      path: "revisions",
      handle: async (request, find) => (await siteOf(asked(request), find).history.revisions()).slice(0, 500),
    },
    {
      method: "post",
      path: "back",
      handle: async ({ person, body }, find) => {
        const { plant, number } = readBody(Back, body);
        const site = siteOf(plant, find);
        const known = (await site.history.revisions()).some((revision) => revision.number === number);
        if (!known) throw new AdminRefusal(404, "NOT_FOUND", `There is no revision ${number} of these plant files.`);
        return staged.look(person, site, await site.history.changeBackTo(number));
      },
    },
    {
      method: "post",
      path: "apply",
      handle: ({ person, body }) => {
        const { staged: id, reason } = readBody(Apply, body);
        return staged.apply(person, id, reason);
      },
    },
  ];
}

function asked({ query }: AdminRequest): string {
  return query["plant"] ?? "";
}
