/**
 * The one declaration of a node. `<node>.node.ts` exports one of these and imports only TypeBox and this file.
 * The build generates the editor form, the help, the docs page and the defaults from it; the kit validates and
 * migrates saved configurations with it at deploy time.
 */
import type { Static, TObject, TProperties } from "typebox";

export type Module = "connect" | "model" | "see" | "operate" | "govern";

export interface Port {
  /** Short name used in code (`samples`, `rejects`, `events`). */
  readonly name: string;
  /** Shown at the port in the editor. */
  readonly label: string;
  /** What leaves here, for the help. */
  readonly help: string;
}

/** Extra keys that a configuration field carries beside its JSON Schema. */
export interface FieldHints {
  readonly label: string;
  readonly help: string;
  /** Shown after the input, e.g. `s`, `ms`, `min`. */
  readonly unit?: string;
  /** Which input the form shows; by default chosen from the type (text, number, checkbox, select for unions). */
  readonly widget?: "text" | "number" | "checkbox" | "select" | "multiline" | "tag" | "asset" | "config" | "table" | "custom";
  /** For `config`: the type of configuration node referred to. */
  readonly refers?: `twin-${string}`;
  /** For `select`: text per value. */
  readonly choices?: Readonly<Record<string, string>>;
  /** Shown only under "More options". */
  readonly advanced?: boolean;
  /** Stored as a Node-RED credential, never in the flow file. */
  readonly secret?: boolean;
  readonly placeholder?: string;
  /** Fields are grouped under this heading in the form. */
  readonly section?: string;
}

export interface Migration {
  /** The configuration version this migration produces. */
  readonly to: number;
  readonly change: string;
  /** Fields that this step reads and that no longer exist: the editor must keep them until the node has been migrated. */
  readonly reads?: readonly string[];
  up(config: Record<string, unknown>): Record<string, unknown>;
}

export interface NodeDeclaration<P extends TProperties = TProperties> {
  readonly type: `twin-${string}`;
  readonly module: Module;
  /** Configuration nodes hold shared connections and models; they have no ports. */
  readonly kind: "node" | "config";
  /** Version of the saved configuration. */
  readonly version: number;
  /** Palette label, lower case like the core nodes. */
  readonly label: string;
  /** First paragraph of the help and tooltip in the palette. */
  readonly summary: string;
  /** Help "Details": short paragraphs, Markdown with `code`, lists and links only. */
  readonly details: string;
  /** Message properties read by the node, for the help. A node without any has no input port. */
  readonly inputs?: readonly { readonly property: string; readonly type: string; readonly help: string }[];
  readonly outputs?: readonly Port[];
  /** Node buttons, paletteLabel etc. stay out on purpose. */
  readonly icon: string;
  readonly config: TObject<P>;
  readonly migrations?: readonly Migration[];
  /** Sentences that the behaviour shows (`node.text(key, values)`), in English; `__name__` marks a value. Translated like the labels. */
  readonly texts?: Readonly<Record<string, string>>;
}

export type ConfigOf<D extends NodeDeclaration> = D extends NodeDeclaration<infer P> ? Static<TObject<P>> : never;

/** Keeps the literal types of a declaration. */
export function declareNode<const P extends TProperties>(declaration: NodeDeclaration<P>): NodeDeclaration<P> {
  return declaration;
}
