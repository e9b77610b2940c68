/** Puts a declaration and its behaviour onto Node-RED: the default export of every node file is `defineNode(…)`. */
import type { Node, NodeAPI, NodeDef } from "node-red";
import type { TProperties } from "typebox";
import { serveEndpoints } from "./admin.ts";
import { serveMigration } from "./migration-endpoint.ts";
import { secretFields } from "./configuration.ts";
import { keepDeclaration } from "./declared.ts";
import type { NodeDeclaration } from "./declaration.ts";
import { host } from "./host.ts";
import type { AdminEndpoint, NodeBehaviour } from "./node.ts";

export function defineNode<P extends TProperties>(
  declaration: NodeDeclaration<P>,
  behaviour: NodeBehaviour<NodeDeclaration<P>>,
  endpoints: readonly AdminEndpoint[] = [],
): (RED: NodeAPI) => void {
  return (RED) => {
    keepDeclaration(declaration);
    function TwinNode(this: Node, saved: NodeDef): void {
      RED.nodes.createNode(this, saved);
      host(RED, this, saved as NodeDef & Record<string, unknown>, declaration, behaviour);
    }
    const credentials = Object.fromEntries(secretFields(declaration).map(([key]) => [key, { type: "password" as const }]));
    RED.nodes.registerType(declaration.type, TwinNode, { credentials });
    serveMigration(RED, declaration);
    serveEndpoints(RED, declaration.type, endpoints);
  };
}
