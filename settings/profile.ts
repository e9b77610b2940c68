/**
 * Node-RED settings of a Twinline site. `demoSettings` is what `npm start` runs; `hardenedSettings` is the starting point
 * for a plant: it refuses to start without sign-in, installs nothing at run time and keeps an audit log.
 */
import path from "node:path";
import { LocalAccounts, nodeRedAdminAuth } from "../adapters/accounts/index.ts";
import type { Identity } from "../core/govern/identity/index.ts";
import { EditorAudit } from "./editor-audit.ts";

export interface SiteSettings {
  readonly userDir: string;
  readonly port: number;
  /** Secret that encrypts Node-RED's credentials; one per site, never in the flow file. */
  readonly credentialSecret: string;
  readonly identity: Identity;
  /** Node-RED's `adminAuth`, made from the identity. */
  readonly adminAuth: object;
  /** Folder of this package when Node-RED runs from a checkout; absent when it is installed in the user directory. */
  readonly packageDir?: string;
}

/** A site described by environment: TWINLINE_USER_DIR, TWINLINE_PORT, TWINLINE_CREDENTIAL_SECRET, TWINLINE_PACKAGE_DIR. */
export function siteFromEnvironment(env: Readonly<Record<string, string | undefined>>): SiteSettings {
  const userDir = required(env, "TWINLINE_USER_DIR", "the folder where Node-RED keeps flows and Twinline its data");
  const credentialSecret = required(
    env,
    "TWINLINE_CREDENTIAL_SECRET",
    "the secret that encrypts Node-RED's credentials, the same at every start",
  );
  const identity = LocalAccounts.open(accountsFile(userDir));
  const packageDir = env["TWINLINE_PACKAGE_DIR"];
  return {
    userDir,
    port: Number(env["TWINLINE_PORT"] ?? 1880),
    credentialSecret,
    identity,
    adminAuth: nodeRedAdminAuth(identity),
    ...(packageDir === undefined ? {} : { packageDir }),
  };
}

export function accountsFile(userDir: string): string {
  return path.join(userDir, "twinline", "accounts.json");
}

function required(env: Readonly<Record<string, string | undefined>>, name: string, meaning: string): string {
  const value = env[name];
  if (!value) throw new Error(`Set ${name}: ${meaning}.`);
  return value;
}

export type NodeRedSettings = Readonly<Record<string, unknown>>;

function common(site: SiteSettings): Record<string, unknown> {
  return {
    userDir: site.userDir,
    flowFile: "flows.json",
    flowFilePretty: true,
    credentialSecret: site.credentialSecret,
    uiHost: "127.0.0.1",
    uiPort: site.port,
    httpAdminRoot: "/editor",
    httpNodeRoot: "/",
    adminAuth: site.adminAuth,
    ...(site.packageDir === undefined ? {} : { nodesDir: [site.packageDir] }),
    telemetry: { enabled: false, updateNotification: false },
    diagnostics: { enabled: false, ui: false },
    runtimeState: { enabled: false, ui: false },
    nodeCloseTimeout: 12_000,
    apiMaxLength: "5mb",
    functionExternalModules: false,
    externalModules: { autoInstall: false, palette: { allowInstall: false, allowUpload: false }, modules: { allowInstall: false } },
    editorTheme: {
      page: { title: "Twinline" },
      header: { title: "Twinline" },
      tours: false,
      palette: { catalogues: [], theme: [] },
      projects: { enabled: false },
      codeEditor: { lib: "monaco" },
    },
    twinline: { dataDir: path.join(site.userDir, "twinline"), identity: site.identity },
  };
}

export function demoSettings(site: SiteSettings): NodeRedSettings {
  return { ...common(site), logging: { console: { level: "info", metrics: false, audit: false } } };
}

export function hardenedSettings(site: SiteSettings): NodeRedSettings {
  if (!site.identity.configured) {
    throw new Error("The hardened profile needs at least one account: nobody could sign in, and nothing may be open without sign-in.");
  }
  const audit = new EditorAudit(path.join(site.userDir, "twinline", "editor-audit.jsonl"));
  return {
    ...common(site),
    logging: {
      console: { level: "warn", metrics: false, audit: false },
      audit: {
        level: "off",
        audit: true,
        handler: () => (entry: unknown) => audit.append(entry),
      },
    },
  };
}
