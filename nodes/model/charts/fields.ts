/** What the forms of chart nodes have alike: stages, signals and how long a value is waited for. */
import { Type } from "typebox";

export const stageFields = {
  byProduct: Type.Boolean({
    label: "New stage by product",
    help: "A change of product begins a new stage, and may bring limits of its own.",
    section: "Stages",
    default: true,
  }),
  recipeTag: Type.String({
    label: "Recipe",
    help: "Tag whose change begins a new stage.",
    maxLength: 512,
    default: "",
    advanced: true,
    section: "Stages",
  }),
  stageTag: Type.String({
    label: "Stage",
    help: "Tag whose change begins a new stage, as after maintenance.",
    maxLength: 512,
    default: "",
    advanced: true,
    section: "Stages",
  }),
} as const;

export const reactionPlanField = (placeholder: string) =>
  Type.String({
    label: "Reaction plan",
    help: "What to do at a signal, or where that is written: an address https://… in it becomes a link.",
    maxLength: 2_000,
    section: "Signals",
    default: "",
    placeholder,
  });

export const signalFields = {
  priority: Type.Union([Type.Literal("none"), Type.Literal("low"), Type.Literal("medium"), Type.Literal("high")], {
    label: "Alarm",
    help: "Priority of the alarm condition that a signal raises; none: it is only recorded.",
    choices: { none: "none", low: "low", medium: "medium", high: "high" },
    section: "Signals",
    default: "low",
  }),
  onDelaySeconds: Type.Number({
    label: "On-delay",
    unit: "s",
    help: "A signal must last so long before somebody is called.",
    minimum: 0,
    maximum: 86_400,
    default: 0,
    advanced: true,
    section: "Signals",
  }),
  latenessSeconds: Type.Number({
    label: "Lateness",
    unit: "s",
    help: "How late a value may come and still find its place.",
    minimum: 0,
    maximum: 3_600,
    default: 10,
    advanced: true,
    section: "Stages",
  }),
} as const;
