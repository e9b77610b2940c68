/** The declarations of the node types that this Node-RED has loaded: how the editor's pages read saved configurations. */
import type { NodeDeclaration } from "./declaration.ts";

const declarations = new Map<string, NodeDeclaration>();

export function keepDeclaration(declaration: NodeDeclaration): void {
  declarations.set(declaration.type, declaration);
}

/** Undefined for nodes that are not ours. */
export function declarationOf(type: string): NodeDeclaration | undefined {
  return declarations.get(type);
}
