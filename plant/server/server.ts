/** A real OPC UA server for the simulated line: certificates, users with roles, live values with plant time, history. */
import { existsSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import {
  DataType,
  MessageSecurityMode,
  SecurityPolicy,
  StatusCodes,
  WellKnownRoles,
  makePermissionFlag,
  resolveNodeId,
} from "node-opcua-client";
import type { NodeId, StatusCode } from "node-opcua-client";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { OPCUAServer } from "node-opcua-server";
import { NAMESPACE_URI, TAGS, type TagChange, type TagDescription } from "../simulator/index.ts";
import { Archive, statusCode } from "./archive.ts";
import { allowOverflowOfAnyStatus } from "./overflow.ts";

export interface PlantUser {
  readonly password: string;
  /** `observer` reads and subscribes; `operator` may also write what operators may write. */
  readonly role: "observer" | "operator";
}

export interface PlantServerOptions {
  /** 0 picks a free port. */
  readonly port: number;
  readonly users: Readonly<Record<string, PlantUser>>;
  readonly allowAnonymous?: boolean;
  /** Directory for the server's own key, certificate and trust lists. */
  readonly pkiDir: string;
  /** First instant of plant time, ms UTC. */
  readonly from: number;
  /** Values kept per variable for HistoryRead. */
  readonly historyLength?: number;
}

interface LiveVariable {
  setValueFromSource(value: { dataType: DataType; value: unknown }, status: StatusCode, time: Date): void;
}

export class PortTaken extends Error {
  override readonly name = "PortTaken";
}

const APPLICATION_URI = "urn:twinline:demo-plant-server";
const DEFAULT_HISTORY = 20_000;

export class PlantServer {
  readonly #server: OPCUAServer;
  readonly #pki: OPCUACertificateManager;
  readonly #variables = new Map<string, { readonly node: LiveVariable; readonly type: DataType; readonly archive: Archive }>();

  private constructor(server: OPCUAServer, pki: OPCUACertificateManager) {
    this.#server = server;
    this.#pki = pki;
  }

  /** Listens on 127.0.0.1 only. Throws `PortTaken` when another program has the port. */
  static async start(options: PlantServerOptions): Promise<PlantServer> {
    allowOverflowOfAnyStatus();
    const pki = new OPCUACertificateManager({
      rootFolder: options.pkiDir,
      // Any client may open an encrypted channel here; what protects the demo plant is the sign-in.
      automaticallyAcceptUnknownCertificate: true,
      disableFileWatchers: true,
    });
    await pki.initialize();
    const certificateFile = await ownCertificate(pki, options.pkiDir);
    const server = new OPCUAServer({
      certificateFile,
      privateKeyFile: pki.privateKey,
      host: "127.0.0.1",
      hostname: "127.0.0.1",
      port: options.port,
      serverCertificateManager: pki,
      userCertificateManager: pki,
      securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
      securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
      allowAnonymous: options.allowAnonymous === true,
      disableDiscovery: true,
      userManager: userManager(options.users),
      // 0: every change is reported, none folded into the next, however fast plant time runs.
      serverCapabilities: { minSupportedSampleRate: 0 },
      serverInfo: { applicationUri: APPLICATION_URI, productUri: "urn:twinline:demo-plant" },
      buildInfo: { productName: "Twinline demo plant", manufacturerName: "Twinline" },
    });
    const plant = new PlantServer(server, pki);
    await server.initialize();
    plant.#build(options.historyLength ?? DEFAULT_HISTORY, options.from);
    try {
      await server.start();
    } catch (error) {
      await server.shutdown(0).catch(() => undefined);
      await pki.dispose();
      if (!String(error).includes("EADDRINUSE")) throw error;
      throw new PortTaken(`Port ${options.port} on 127.0.0.1 is taken by another program. Stop it or choose another port with --port.`);
    }
    return plant;
  }

  get port(): number {
    return this.#server.endpoints[0]?.port ?? 0;
  }

  get endpoint(): string {
    return `opc.tcp://127.0.0.1:${this.port}`;
  }

  /** Live values, in time order, with plant time as source timestamp. */
  publish(changes: readonly TagChange[]): void {
    for (const { nodeId, value, timestamp, status } of changes) {
      const variable = this.#variables.get(nodeId);
      variable?.node.setValueFromSource({ dataType: variable.type, value }, statusCode(status), new Date(timestamp));
    }
  }

  /** Fills the history without live notifications: what happened before this server came up. */
  remember(changes: readonly TagChange[]): void {
    for (const { nodeId, value, timestamp, status } of changes) this.#variables.get(nodeId)?.archive.add(value, timestamp, status);
  }

  async stop(): Promise<void> {
    await this.#server.shutdown(0);
    await this.#pki.dispose();
  }

  #build(historyLength: number, from: number): void {
    const space = this.#server.engine.addressSpace;
    if (!space) throw new Error("The OPC UA server has no address space");
    const namespace = space.registerNamespace(NAMESPACE_URI);
    const folders = new Map<string, ReturnType<typeof namespace.addFolder>>();
    const folder = (path: readonly string[]): ReturnType<typeof namespace.addFolder> => {
      const key = path.join(".");
      const known = folders.get(key);
      if (known) return known;
      const parent = path.length > 1 ? folder(path.slice(0, -1)) : space.rootFolder.objects;
      const made = namespace.addFolder(parent, { browseName: path.at(-1) ?? key, nodeId: `s=${key}` });
      folders.set(key, made);
      return made;
    };
    for (const tag of TAGS) {
      const type = DataType[tag.dataType];
      const archive = new Archive(type, historyLength);
      const node = namespace.addVariable({ ...describe(tag), componentOf: folder(tag.folders), accessLevel: "CurrentRead | HistoryRead" });
      space.installHistoricalDataNode(node, { historian: archive });
      this.#variables.set(tag.nodeId, { node, type, archive });
    }
    const note = namespace.addVariable({
      browseName: "OperatorNote",
      nodeId: "s=Line01.OperatorNote",
      dataType: DataType.String,
      componentOf: folder(["Line01"]),
      accessLevel: "CurrentRead | CurrentWrite",
      rolePermissions: [
        // The library types the flag it asks for and the flag it makes as two enums.
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
        { roleId: role(WellKnownRoles.Observer), permissions: makePermissionFlag("Browse | Read") },
        // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
        { roleId: role(WellKnownRoles.Operator), permissions: makePermissionFlag("Browse | Read | Write") },
      ],
    });
    note.setValueFromSource({ dataType: DataType.String, value: "" }, StatusCodes.Good, new Date(from));
  }
}

/** The same key and certificate at every start, so that a client that trusts this plant keeps trusting it. */
async function ownCertificate(pki: OPCUACertificateManager, pkiDir: string): Promise<string> {
  const outputFile = join(pkiDir, "own", "certs", "demo-plant.pem");
  if (existsSync(outputFile)) return outputFile;
  await pki.createSelfSignedCertificate({
    applicationUri: APPLICATION_URI,
    subject: "/CN=Twinline demo plant/O=Twinline",
    dns: ["localhost", hostname()],
    ip: ["127.0.0.1"],
    startDate: new Date(),
    validity: 3650,
    outputFile,
  });
  return outputFile;
}

function describe(tag: TagDescription): { browseName: string; nodeId: string; dataType: DataType; minimumSamplingInterval: number } {
  // 0: the value is reported when it changes, not polled.
  return { browseName: tag.name, nodeId: `s=${tag.nodeId}`, dataType: DataType[tag.dataType], minimumSamplingInterval: 0 };
}

function role(wellKnown: WellKnownRoles): NodeId {
  return resolveNodeId(`i=${wellKnown}`);
}

function userManager(users: Readonly<Record<string, PlantUser>>): {
  isValidUser(name: string, password: string): boolean;
  getUserRoles(name: string): NodeId[];
} {
  const known = new Map(Object.entries(users));
  return {
    isValidUser: (name, password) => password !== "" && known.get(name)?.password === password,
    getUserRoles: (name) => {
      const operator = known.get(name)?.role === "operator" ? [role(WellKnownRoles.Operator)] : [];
      return [role(WellKnownRoles.AuthenticatedUser), role(WellKnownRoles.Observer), ...operator];
    },
  };
}
