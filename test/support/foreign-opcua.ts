/** A real OPC UA server that nobody of this house made: a filler and a machine of data blocks, named as PLC people name. */
import { DataType, StatusCodes, VariantArrayType } from "node-opcua-client";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { OPCUAServer } from "node-opcua-server";

export const FOREIGN = "urn:somebody:plc";
const UNECE = "http://www.opcfoundation.org/UA/units/un/cefact";

export interface ForeignServer {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Anonymous, on a free port of loopback; takes few nodes per call, as small controllers do. */
export async function foreignServer(pkiDir: string, perCall = { read: 40, browse: 20 }): Promise<ForeignServer> {
  const pki = new OPCUACertificateManager({ rootFolder: pkiDir, disableFileWatchers: true });
  await pki.initialize();
  const server = new OPCUAServer({
    host: "127.0.0.1",
    hostname: "127.0.0.1",
    port: 0,
    allowAnonymous: true,
    disableDiscovery: true,
    serverCertificateManager: pki,
    userCertificateManager: pki,
    serverCapabilities: { operationLimits: { maxNodesPerRead: perCall.read, maxNodesPerBrowse: perCall.browse } },
    serverInfo: { applicationUri: "urn:somebody:server" },
  });
  await server.initialize();
  build(server);
  await server.start();
  return {
    endpoint: `opc.tcp://127.0.0.1:${server.endpoints[0]?.port ?? 0}`,
    stop: async () => {
      await server.shutdown(0);
      await pki.dispose();
    },
  };
}

const unit = (unitId: number, text: string, namespaceUri = UNECE) => ({
  namespaceUri,
  unitId,
  displayName: { text },
  description: { text },
});

function build(server: OPCUAServer): void {
  const space = server.engine.addressSpace;
  if (!space) throw new Error("The OPC UA server has no address space");
  const namespace = space.registerNamespace(FOREIGN);
  const plc = namespace.addFolder(space.rootFolder.objects, { browseName: "PLC_1", nodeId: "s=PLC_1" });
  const block = namespace.addFolder(plc, { browseName: "DB10_Fueller", nodeId: "s=DB10" });
  const counters = namespace.addFolder(block, { browseName: "Zaehler", nodeId: "s=DB10.Z" });
  const at = (name: string) => ({ browseName: name, nodeId: `s=DB10.${name}`, componentOf: block });

  namespace.addAnalogDataItem({
    ...at("DB10_FuellerIst"),
    displayName: "Fueller Istgewicht",
    description: "Gewicht der letzten Flasche",
    dataType: DataType.Double,
    engineeringUnits: unit(0x47_52_4d, "g"), // GRM
    engineeringUnitsRange: { low: 0, high: 1500 },
    value: { dataType: DataType.Double, value: 501.5 },
  });
  namespace.addAnalogDataItem({
    ...at("DruckKessel"),
    dataType: DataType.Float,
    engineeringUnits: unit(-1, "mbar", "urn:somebody:units"),
    engineeringUnitsRange: { low: 0, high: 0 },
    value: { dataType: DataType.Float, value: 1200 },
  });
  const states = namespace.addEnumerationType({
    browseName: "Zustand_T",
    enumeration: [
      { displayName: "Idle", value: 4 },
      { displayName: "Execute", value: 6 },
    ],
  });
  namespace.addVariable({ ...at("ST_MACH"), dataType: states, value: { dataType: DataType.Int32, value: 6 } });
  namespace.addMultiStateDiscrete({ ...at("Betriebsart"), enumStrings: ["Hand", "Automatik"], value: 1 });
  namespace.addMultiStateValueDiscrete({ ...at("Grund"), enumValues: { Keiner: 0, Stau: 17 }, value: 17 });
  namespace.addVariable({ ...at("Takt"), dataType: "Duration", value: { dataType: DataType.Double, value: 480 } });
  namespace.addVariable({ ...at("Irgendwas"), dataType: "Number", value: { dataType: DataType.UInt16, value: 7 } });
  const list = { dataType: DataType.Int16, valueRank: 1, arrayDimensions: [3] };
  namespace.addVariable({
    ...at("Koepfe"),
    ...list,
    value: { dataType: DataType.Int16, arrayType: VariantArrayType.Array, value: new Int16Array([1, 2, 3]) },
  });
  namespace.addVariable({ ...at("Bild"), dataType: "ByteString", value: { dataType: DataType.ByteString, value: Buffer.alloc(9) } });
  const product = namespace.addVariable({ ...at("Artikel"), dataType: DataType.String, value: { dataType: DataType.String, value: "A" } });
  product.setValueFromSource({ dataType: DataType.String, value: "still-500" }, StatusCodes.UncertainLastUsableValue);
  namespace.addVariable({
    browseName: "Cnt_Good",
    nodeId: "s=DB10.Cnt_Good",
    componentOf: counters,
    dataType: DataType.UInt64,
    value: { dataType: DataType.UInt64, arrayType: VariantArrayType.Scalar, value: [1, 5] },
  });
  const spare = namespace.addFolder(plc, { browseName: "DB99", nodeId: "s=DB99" });
  for (let index = 0; index < 230; index++) {
    namespace.addVariable({
      browseName: `Res_${index}`,
      nodeId: `s=DB99.${index}`,
      componentOf: spare,
      dataType: DataType.Boolean,
      value: { dataType: DataType.Boolean, value: false },
    });
  }
}
