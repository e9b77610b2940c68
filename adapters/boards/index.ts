/** The embedded viewer: boards over HTTP and server-sent events, with sign-in. */
export { type Asset, asset, readAssets } from "./assets.ts";
export { BoardSite, type BoardSiteOptions } from "./board-site.ts";
export type { WhySource } from "./why.ts";
export type { ReportSource } from "./report-site.ts";
