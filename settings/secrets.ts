/** Secrets of a site: made once, kept in one file that only its owner can read. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { replaceFile } from "./replace-file.ts";

export interface SiteSecrets {
  readonly credentialSecret: string;
  readonly accountPassword: string;
  readonly plantTwinPassword: string;
  readonly plantOperatorPassword: string;
}

const NAMES = ["credentialSecret", "accountPassword", "plantTwinPassword", "plantOperatorPassword"] as const;

export function siteSecrets(dir: string): SiteSecrets {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = path.join(dir, "secrets.json");
  const known: Partial<Record<string, unknown>> = existsSync(file)
    ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>)
    : {};
  const secret = (name: string): string => {
    const value = known[name];
    return typeof value === "string" && value.length >= 16 ? value : randomBytes(18).toString("base64url");
  };
  const secrets = Object.fromEntries(NAMES.map((name) => [name, secret(name)])) as unknown as SiteSecrets;
  replaceFile(file, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}
