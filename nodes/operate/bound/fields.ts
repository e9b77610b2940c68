/** Fields that the forms of bound nodes share, so that they read alike and one table translates them. */
import { Type } from "typebox";

export const plantField = Type.String({ label: "Plant", help: "The plant model.", widget: "config", refers: "twin-plant" });

/** `one`: what is bound by its path, such as `machine or line`. */
export const bindField = (one: string) =>
  Type.Union([Type.Literal("asset"), Type.Literal("class"), Type.Literal("pattern")], {
    label: "Bind to",
    help: `One ${one}, all machines of an equipment class, or all whose path matches a pattern.`,
    choices: { asset: `one ${one}`, class: "an equipment class", pattern: "a pattern" },
    default: "asset",
  });

export const targetField = (path = "Equipment path") =>
  Type.String({
    label: "Machine",
    help: `${path}, name of the class, or pattern such as \`acme.galway.bottling.*.filler*\`.`,
    widget: "asset",
    minLength: 1,
    maxLength: 512,
    placeholder: "acme.galway.bottling.line01.filler01",
  });

export const historianField = Type.Optional(
  Type.String({
    label: "Historian",
    help: "From which samples are read back after a restart and for corrections. Without it the node knows what its snapshot holds.",
    widget: "config",
    refers: "twin-historian",
  }),
);

export const microStopField = (help: string) =>
  Type.Number({ label: "Micro-stop below", help, unit: "s", minimum: 0, maximum: 3600, default: 0 });

export const silenceField = (help: string) =>
  Type.Number({ label: "Silence", help, unit: "s", minimum: 1, maximum: 3600, default: 60, advanced: true });

export const latenessField = Type.Number({
  label: "Wait for late samples",
  help: "How long after its end, in data time, a minute is first stated.",
  unit: "s",
  minimum: 0,
  maximum: 3600,
  default: 10,
  advanced: true,
});
