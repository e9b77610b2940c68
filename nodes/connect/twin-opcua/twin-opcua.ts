import { certificateStore, OpcUaEndpoint } from "../../../adapters/opcua/index.ts";
import { defineNode } from "../../kit/define-node.ts";
import { endpoints } from "./endpoints.ts";
import declaration from "./twin-opcua.node.ts";

export default defineNode(
  declaration,
  (node) => {
    const { endpoint: url, securityMode, securityPolicy, user, plainPassword } = node.config;
    const endpoint = new OpcUaEndpoint({
      url,
      securityMode,
      securityPolicy,
      ...(user ? { user: { name: user, password: node.secrets["password"] ?? "" } } : {}),
      plainPassword,
      pkiDir: certificateStore(node.dataDir),
      now: () => node.now(),
    });
    let warned = false;
    endpoint.watch(
      node.guard((state) => {
        if (warned || state.word !== "connected" || state.warning === undefined) return;
        warned = true;
        node.log.warn(state.warning);
      }),
    );
    return { api: endpoint, onClose: () => endpoint.close() };
  },
  endpoints,
);
