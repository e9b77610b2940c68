/** The demo plant for tests, in-process or as a child that can be killed. Owner: OPCUA. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type EndpointDescription, MessageSecurityMode, SecurityPolicy, UserTokenType } from "node-opcua-client";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { OPCUAServer } from "node-opcua-server";
import { type PlantOptions, type RunningPlant, startPlant } from "../../plant/server/plant.ts";
import { SITE_DIR } from "./demo-site.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Invented for these tests only; the servers live on loopback for seconds. */
export const TEST_USERS = {
  twin: { password: "twin-reads", role: "observer" },
  operator: { password: "operator-writes", role: "operator" },
} as const;

export function temporaryDir(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "twinline-opcua-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A whole plant inside the test process, on free ports. */
export function plantInProcess(pkiDir: string, options: Partial<PlantOptions> = {}): Promise<RunningPlant> {
  return startPlant({
    seed: 7,
    from: Date.now() - 8 * 3_600_000,
    speed: 300,
    port: 0,
    truthPort: 0,
    users: TEST_USERS,
    pkiDir,
    siteDir: SITE_DIR,
    ...options,
  });
}

export interface PlantChild {
  readonly endpoint: string;
  readonly truth: string;
  readonly port: number;
  readonly from: number;
  readonly process: ChildProcess;
  /** SIGKILL, and waits until the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** The plant as `node plant/main.ts`, the way it runs in the demo. Rejects with what it printed when it does not start. */
export async function plantChild(pkiDir: string, args: readonly string[] = [], users: object | null = TEST_USERS): Promise<PlantChild> {
  const child = spawn(process.execPath, [join(ROOT, "plant", "main.ts"), "--pki", pkiDir, "--port", "0", ...args], {
    env: { ...process.env, ...(users ? { TWINLINE_PLANT_USERS: JSON.stringify(users) } : {}) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const gone = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  let errors = "";
  child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const ready = new Promise<{ endpoint: string; truth: string; from: number }>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith('{"event":"ready"')) resolve(JSON.parse(line));
    });
    void gone.then((code) => reject(new Error(`the plant ended with code ${code}: ${errors}`)));
  });
  const { endpoint, truth, from } = await ready;
  const end = (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    return gone;
  };
  return {
    endpoint,
    truth,
    from,
    port: Number(new URL(endpoint).port),
    process: child,
    kill: async () => void (await end("SIGKILL")),
    stop: () => end("SIGTERM"),
  };
}

export interface UserServer {
  readonly url: string;
  stop(): Promise<void>;
}

/** A server without a plant whose token policies for user names are those given (null: the channel's), whatever the channel. */
export async function userServer(
  pkiDir: string,
  policies: readonly (string | null)[],
  isValidUser: (name: string, password: string) => boolean,
): Promise<UserServer> {
  const pki = new OPCUACertificateManager({
    rootFolder: pkiDir,
    automaticallyAcceptUnknownCertificate: true,
    disableFileWatchers: true,
  });
  await pki.initialize();
  const server = new OPCUAServer({
    host: "127.0.0.1",
    hostname: "127.0.0.1",
    port: 0,
    serverCertificateManager: pki,
    userCertificateManager: pki,
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
    disableDiscovery: true,
    userManager: { isValidUser },
  });
  await server.initialize();
  await server.start();
  const [endpoint] = server.endpoints;
  for (const description of endpoint?.endpointDescriptions() ?? []) replaceTokens(description, policies);
  return {
    url: `opc.tcp://127.0.0.1:${endpoint?.port}`,
    async stop() {
      await server.shutdown(0);
      await pki.dispose();
    },
  };
}

function replaceTokens(description: EndpointDescription, policies: readonly (string | null)[]): void {
  const [one] = description.userIdentityTokens ?? [];
  if (!one) return;
  description.userIdentityTokens = policies.map((securityPolicyUri, index) =>
    Object.assign(Object.create(Object.getPrototypeOf(one) as object), one, {
      policyId: `user-${index}`,
      tokenType: UserTokenType.UserName,
      securityPolicyUri,
    }),
  ) as typeof description.userIdentityTokens;
}
