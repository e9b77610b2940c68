import path from "node:path";

/** The plant files of the demo site. */
export const SITE_DIR = path.resolve(import.meta.dirname, "../../plant/site");
