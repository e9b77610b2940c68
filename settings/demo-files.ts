/** What the demo site's Node-RED finds in its user directory: account, plant model, flow, trust in its own demo plant. */
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { LocalAccounts } from "../adapters/accounts/index.ts";
import { replaceFile } from "./replace-file.ts";
import { accountsFile } from "./profile.ts";
import { trustDemoPlant } from "./demo-trust.ts";

export interface DemoFiles {
  readonly userDir: string;
  readonly packageDir: string;
  readonly plantPort: number;
  readonly plantPkiDir: string;
  readonly account: { readonly name: string; readonly password: string };
}

interface FlowNode {
  readonly id: string;
  readonly type: string;
  endpoint?: string;
}

export async function writeDemoFiles(files: DemoFiles): Promise<void> {
  mkdirSync(files.userDir, { recursive: true, mode: 0o700 });
  const accounts = LocalAccounts.open(accountsFile(files.userDir));
  if ((await accounts.authenticate(files.account.name, files.account.password)) === null) {
    const person = {
      name: files.account.name,
      label: "Demo engineer",
      roles: ["engineer", "supervisor", "operator", "ot-admin"],
      scope: ["*"],
    } as const;
    await accounts.put(person, files.account.password);
  }
  const plantDir = path.join(files.userDir, "plant");
  // What the user has changed stays as it is.
  if (!existsSync(plantDir)) cpSync(path.join(files.packageDir, "plant", "site"), plantDir, { recursive: true });
  writeFlows(files);
  await trustDemoPlant(path.join(files.userDir, "twinline"), files.plantPkiDir);
}

/** Deploys the template on first start; later only follows the plant to another port. */
function writeFlows(files: DemoFiles): void {
  const flowFile = path.join(files.userDir, "flows.json");
  const fresh = !existsSync(flowFile);
  const template = path.join(files.packageDir, "flows", "bottling-line-oee.json");
  const flow = JSON.parse(readFileSync(fresh ? template : flowFile, "utf8")) as FlowNode[];
  const credentials: Record<string, Record<string, string>> = {};
  for (const node of flow) {
    if (node.type !== "twin-opcua") continue;
    if (node.endpoint !== undefined && /^opc\.tcp:\/\/127\.0\.0\.1:\d+$/.test(node.endpoint))
      node.endpoint = `opc.tcp://127.0.0.1:${files.plantPort}`;
    // Node-RED replaces the reference at run time and encrypts this file when it first saves it.
    credentials[node.id] = { password: "${TWINLINE_OPCUA_PASSWORD}" };
  }
  if (fresh) replaceFile(path.join(files.userDir, "flows_cred.json"), JSON.stringify(credentials));
  replaceFile(flowFile, `${JSON.stringify(flow, null, 4)}\n`);
}
