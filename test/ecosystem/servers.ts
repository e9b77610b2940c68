/** The real servers behind the templates. Each counts, on the protocol itself, what asks it to write. */
import { createRequire } from "node:module";
import { DataType, MessageSecurityMode, SecurityPolicy, type StatusCode, StatusCodes, VariantArrayType } from "node-opcua-client";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { OPCUAServer } from "node-opcua-server";
import { anyFreePort } from "../../settings/ports.ts";
import type { Ecosystem } from "./tree.ts";

const require = createRequire(import.meta.url);

export const OPCUA_NAMESPACE = "urn:twinline:ecosystem";
/** What the server of the templates offers; the first two stand in the template. */
export const OPCUA_NODES = {
  "Line01.Speed": DataType.Double,
  "Line01.State": DataType.Int32,
  "Line01.Running": DataType.Boolean,
  "Line01.Product": DataType.String,
  "Line01.Total": DataType.Int64,
  "Line01.Serial": DataType.UInt32,
  "Line01.Temperature": DataType.Float,
  "Line01.Operator": DataType.LocalizedText,
} as const;
export type OpcuaNode = keyof typeof OPCUA_NODES;

/** Services that change something, or could. */
const CHANGING = new Set(["WriteRequest", "CallRequest", "HistoryUpdateRequest", "AddNodesRequest", "DeleteNodesRequest"]);

export interface OpcuaTestServer {
  readonly endpoint: string;
  /** Requests that would change something, whatever the server answered. */
  readonly writes: number;
  /** Sessions made since the start. */
  readonly sessions: number;
  set(node: OpcuaNode, value: unknown, time: number, status?: StatusCode): void;
  stop(): Promise<void>;
}

/** An OPC UA server that lets anybody write, so that only a client that does not try leaves it as it is. */
export async function startOpcua(pkiDir: string, port = 0): Promise<OpcuaTestServer> {
  const pki = new OPCUACertificateManager({ rootFolder: pkiDir, automaticallyAcceptUnknownCertificate: true, disableFileWatchers: true });
  await pki.initialize();
  const server = new OPCUAServer({
    port,
    host: "127.0.0.1",
    hostname: "127.0.0.1",
    allowAnonymous: true,
    disableDiscovery: true,
    serverCertificateManager: pki,
    userCertificateManager: pki,
    securityPolicies: [SecurityPolicy.None],
    securityModes: [MessageSecurityMode.None],
    serverCapabilities: { minSupportedSampleRate: 0 },
    serverInfo: { applicationUri: "urn:twinline:ecosystem-server" },
  });
  let writes = 0;
  let sessions = 0;
  server.on("request", (request: { readonly schema: { readonly name: string } }) => {
    if (CHANGING.has(request.schema.name)) writes += 1;
    if (request.schema.name === "CreateSessionRequest") sessions += 1;
  });
  await server.initialize();
  const space = server.engine.addressSpace;
  if (!space) throw new Error("The OPC UA server has no address space.");
  const namespace = space.registerNamespace(OPCUA_NAMESPACE);
  const variables = new Map<string, ReturnType<typeof namespace.addVariable>>();
  for (const [name, dataType] of Object.entries(OPCUA_NODES)) {
    const variable = namespace.addVariable({
      browseName: name,
      nodeId: `s=${name}`,
      dataType,
      organizedBy: space.rootFolder.objects,
      accessLevel: "CurrentRead | CurrentWrite",
      minimumSamplingInterval: 0,
    });
    variables.set(name, variable);
  }
  await server.start();
  return {
    endpoint: `opc.tcp://127.0.0.1:${server.endpoints[0]?.port ?? port}`,
    get writes() {
      return writes;
    },
    get sessions() {
      return sessions;
    },
    set(node, value, time, status = StatusCodes.Good) {
      variables
        .get(node)
        ?.setValueFromSource({ dataType: OPCUA_NODES[node], arrayType: VariantArrayType.Scalar, value }, status, new Date(time));
    },
    async stop() {
      await server.shutdown(0);
      await pki.dispose();
    },
  };
}

export interface ModbusTestServer {
  readonly port: number;
  readonly registers: number[];
  readonly coils: boolean[];
  readonly writes: number;
  readonly reads: number;
  stop(): Promise<void>;
}

/** The part of modbus-serial that the tests use; it comes from the tree, not from this package. */
interface ModbusSerial {
  readonly ServerTCP: new (
    vector: Readonly<Record<string, unknown>>,
    options: Readonly<Record<string, unknown>>,
  ) => { on(event: string, listener: () => void): void; close(done: () => void): void };
}

export async function startModbus(ecosystem: Ecosystem): Promise<ModbusTestServer> {
  const { ServerTCP } = require(ecosystem.folder("@openp4nr/modbus-serial")) as ModbusSerial;
  const port = await anyFreePort();
  const registers = Array.from({ length: 200 }, () => 0);
  const coils = Array.from({ length: 64 }, () => false);
  let writes = 0;
  let reads = 0;
  const write = (): void => void (writes += 1);
  const read =
    <T>(table: readonly T[]) =>
    (address: number): T | undefined => {
      reads += 1;
      return table[address];
    };
  const server = new ServerTCP(
    {
      getHoldingRegister: read(registers),
      getInputRegister: read(registers),
      getCoil: read(coils),
      getDiscreteInput: read(coils),
      setRegister: write,
      setRegisterArray: write,
      setCoil: write,
      setCoilArray: write,
    },
    { host: "127.0.0.1", port, unitID: 1 },
  );
  await new Promise<void>((resolve) => {
    server.on("initialized", resolve);
  });
  return {
    port,
    registers,
    coils,
    get writes() {
      return writes;
    },
    get reads() {
      return reads;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}
