/** Which nodes of the server are read. */
import { type FeedRequest, isNodeId } from "../../../adapters/opcua/index.ts";
import type { PlantModel } from "../../../core/connect/model/index.ts";

export interface SelectionFields {
  readonly source: "plant" | "list" | "browse";
  readonly asset: string;
  readonly addresses: string;
  readonly browseStart: string;
  readonly include: string;
}

/** Throws a sentence for what a person must correct. */
export function selectionOf(fields: SelectionFields, model: PlantModel | undefined): Pick<FeedRequest, "addresses" | "browse"> {
  if (fields.source === "browse") return { browse: { start: fields.browseStart, include: fields.include || "**" } };
  if (fields.source === "list") {
    const addresses = fields.addresses
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    const wrong = addresses.find((address) => !isNodeId(address));
    if (wrong !== undefined)
      throw new Error(`Node ids: "${wrong}" is not a node id; write nsu=<namespace>;s=<name> or ns=<index>;i=<number>.`);
    if (addresses.length === 0) throw new Error("Node ids: name at least one, one per line.");
    return { addresses };
  }
  if (!model) throw new Error("Plant: choose the plant model whose addresses are read, or take the tags from a list or browse path.");
  const covers = coverage(fields.asset);
  const all = [...model.tags.values()].flatMap(({ asset, address }) =>
    address !== undefined && isNodeId(address) && covers(asset) ? [address] : [],
  );
  const addresses = [...new Set(all)]; // two versions of a contract share theirs
  if (addresses.length === 0) throw new Error(`Asset: the plant model has no tags with an OPC UA address below "${fields.asset}".`);
  return { addresses };
}

/** `acme.galway.*.line01` covers that line in any area, and everything below it. */
function coverage(pattern: string): (asset: string) => boolean {
  const wanted = pattern === "" ? [] : pattern.split(".");
  return (asset) => {
    const segments = asset.split(".");
    return wanted.every((segment, index) => segment === "*" || segment === segments[index]) && segments.length >= wanted.length;
  };
}
