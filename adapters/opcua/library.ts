/** node-opcua is large; it is loaded when the first connection is used, never at start. */
type Client = typeof import("node-opcua-client");
type Certificates = typeof import("node-opcua-certificate-manager");

export interface OpcUaLibrary {
  readonly client: Client;
  readonly certificates: Certificates;
}

let loading: Promise<OpcUaLibrary> | undefined;

export function loadOpcUa(): Promise<OpcUaLibrary> {
  loading ??= Promise.all([import("node-opcua-client"), import("node-opcua-certificate-manager")]).then(([client, certificates]) => ({
    client,
    certificates,
  }));
  return loading;
}
