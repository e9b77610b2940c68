/** Run as a program: an OPC UA server whose 5,000 variables all change every second. Prints its address when it is up. */
import { DataType, MessageSecurityMode, SecurityPolicy, StatusCodes } from "node-opcua-client";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { OPCUAServer } from "node-opcua-server";
import { NAMESPACE_URI, variableNames } from "./large-plant.ts";

const [rootFolder = ""] = process.argv.slice(2);
const pki = new OPCUACertificateManager({ rootFolder, automaticallyAcceptUnknownCertificate: true, disableFileWatchers: true });
await pki.initialize();
const server = new OPCUAServer({
  host: "127.0.0.1",
  hostname: "127.0.0.1",
  port: 0,
  serverCertificateManager: pki,
  userCertificateManager: pki,
  securityPolicies: [SecurityPolicy.None],
  securityModes: [MessageSecurityMode.None],
  allowAnonymous: true,
  disableDiscovery: true,
});
await server.initialize();
const space = server.engine.addressSpace;
if (!space) throw new Error("The OPC UA server has no address space");
const namespace = space.registerNamespace(NAMESPACE_URI);
const folder = namespace.addFolder(space.rootFolder.objects, { browseName: "Plant" });
const variables = variableNames().map((name) =>
  namespace.addVariable({
    organizedBy: folder,
    browseName: name,
    nodeId: `s=${name}`,
    dataType: DataType.Double,
    minimumSamplingInterval: 100,
  }),
);
let turn = 0;
const publish = (): void => {
  const now = new Date();
  turn += 1;
  for (const [at, variable] of variables.entries())
    variable.setValueFromSource({ dataType: DataType.Double, value: 20 + ((turn * 7 + at) % 400) / 10 }, StatusCodes.Good, now);
};
publish();
setInterval(publish, 1_000);
await server.start();
process.stdout.write(`${JSON.stringify({ endpoint: `opc.tcp://127.0.0.1:${server.endpoints[0]?.port}` })}\n`);
process.once("SIGTERM", () => void server.shutdown(0).then(() => process.exit(0)));
