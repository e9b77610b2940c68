/** The states of a tag. */

/** From the gravest to the mildest; `unused` is no fault. */
export const FINDINGS = ["wrong-type", "wrong-unit", "out-of-range", "duplicated", "bad", "stale", "silent", "frozen", "unused"] as const;

/**
 * | finding | means |
 * |---|---|
 * | wrong-type, wrong-unit, out-of-range | samples were refused for this, lately or ever since the last good one |
 * | duplicated | another tag reads the same address, or two addresses contradict each other |
 * | bad | the source itself says that the value is not to be used |
 * | stale | no sample for the tag's `expectedEvery` |
 * | silent | never seen |
 * | frozen | a measured value rests far longer than it ever has |
 * | unused | no role, and nothing that is deployed names it |
 */
export type Finding = (typeof FINDINGS)[number];
