/** Screens that people share: they identify by badge or PIN, and what they enter is theirs. The same for every page. */
export { type Answer, answer, refused } from "./answer.ts";
export { type SharedScreenPorts, SharedScreens, type Standing, type Visitor } from "./shared-screens.ts";
