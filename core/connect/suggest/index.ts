export type { SurveyedVariable } from "./variable.ts";
