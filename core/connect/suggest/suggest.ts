import type { EquipmentClass } from "../model/index.ts";
import { confidenceOf, fitsOf, type Fit } from "./fit.ts";
import { placesOf, type Place } from "./places.ts";
import { targetsOf, type Targets } from "./targets.ts";
import type { SurveyedVariable } from "./variable.ts";

export interface Suggestion {
  /** By place. No variable is proposed twice. */
  readonly machines: readonly MachineProposal[];
  /** Addresses of variables that no machine took, in order. */
  readonly unplaced: readonly string[];
}

export interface MachineProposal {
  /** Folders joined by "/"; where names share a beginning instead of a folder, that is the last part. */
  readonly place: string;
  readonly class: string;
  /** 0 to 1, that the place is one machine of this class. */
  readonly confidence: number;
  readonly reasons: readonly string[];
  /** Other classes, best first. */
  readonly alternatives: readonly { readonly class: string; readonly confidence: number }[];
  /** In the order of the class. */
  readonly tags: readonly TagProposal[];
  /** Tags of the class for which nothing was found. */
  readonly missing: readonly string[];
}

export interface TagProposal extends Choice {
  /** Key of the tag in its class. */
  readonly tag: string;
  /** Other variables for this tag, best first; they may be proposed for another tag. */
  readonly runnersUp: readonly Choice[];
}

export interface Choice {
  readonly variable: SurveyedVariable;
  /** 0 to 1, that this is the tag and the machine of the class. Above 0.9 only with a word of the name in common. */
  readonly confidence: number;
  readonly reasons: readonly string[];
}

/** More is more than a person would look through; the rest stays unplaced. */
const MOST_VARIABLES = 20_000;
const MOST_RUNNERS_UP = 3;
/** How sharply the better class wins: two tags' worth of difference make it nearly certain. */
const SHARPNESS = 2;
const WITHOUT_NAME = 0.9;

/**
 * Proposes which parts of a survey are machines of which class, and which variable is which tag; a person accepts or
 * corrects. Pure and deterministic: the order of the variables does not matter, equals are settled by address.
 *
 * How confidence is made is told in docs/concepts/suggestions.md.
 */
export function suggest(variables: readonly SurveyedVariable[], classes: ReadonlyMap<string, EquipmentClass>): Suggestion {
  const sorted = [...new Map(variables.map((variable) => [variable.address, variable])).values()].sort(byAddress);
  const targets = targetsOf(classes);
  const { machines } = settle(placesOf(sorted.slice(0, MOST_VARIABLES)), targets);
  const taken = new Set(machines.flatMap(({ tags }) => tags.map(({ variable }) => variable.address)));
  return {
    machines: machines.sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0)),
    unplaced: sorted.flatMap(({ address }) => (taken.has(address) ? [] : [address])),
  };
}

function byAddress(a: SurveyedVariable, b: SurveyedVariable): number {
  return a.address < b.address ? -1 : a.address > b.address ? 1 : 0;
}

/** A place is one machine, or its parts are: whichever explains more. At a draw the parts are the machines. */
function settle(place: Place, targets: Targets): { readonly score: number; readonly machines: MachineProposal[] } {
  const parts = place.parts.map((part) => settle(part, targets));
  const within = { score: parts.reduce((sum, { score }) => sum + score, 0), machines: parts.flatMap(({ machines }) => machines) };
  const fits = fitsOf(place, targets);
  const best = fits.reduce<Fit | undefined>((found, fit) => (found === undefined || fit.score > found.score ? fit : found), undefined);
  if (best === undefined || best.score <= 0 || best.score <= within.score) return within;
  return { score: best.score, machines: [proposalOf(place, best, fits)] };
}

function proposalOf(place: Place, best: Fit, fits: readonly Fit[]): MachineProposal {
  // "No machine of these classes" takes part with what a place has to show.
  const total = fits.reduce((sum, { score }) => sum + Math.exp(SHARPNESS * score), 1);
  const shareOf = ({ score }: Fit): number => Math.exp(SHARPNESS * score) / total;
  const confidence = shareOf(best);
  const tags = best.chosen.flatMap((index, row) => (index < 0 ? [] : [tagProposal(place, best, row, index, confidence)]));
  const missing = best.type.targets.flatMap(({ key }, row) => ((best.chosen[row] ?? -1) < 0 ? [key] : []));
  const alternatives = fits.filter((fit) => fit !== best).sort((a, b) => b.score - a.score);
  return {
    place: place.path,
    class: best.type.name,
    confidence: rounded(confidence),
    reasons: [
      ...(best.named.length > 0 ? [`the name says ${best.named.join(" + ")}`] : []),
      `${tags.length} of ${best.type.targets.length} tags found`,
    ],
    alternatives: alternatives.map((fit) => ({ class: fit.type.name, confidence: rounded(shareOf(fit)) })),
    tags,
    missing,
  };
}

function tagProposal(place: Place, fit: Fit, row: number, index: number, ofClass: number): TagProposal {
  const verdicts = fit.verdicts[row] ?? [];
  const total = verdicts.reduce((sum, verdict) => sum + (verdict?.odds ?? 0), 1);
  const runnersUp = place.candidates
    .flatMap(({ variable }, at) => {
      const verdict = verdicts[at];
      return at === index || verdict === undefined
        ? []
        : [{ variable, confidence: rounded(Math.min(WITHOUT_NAME, (ofClass * verdict.odds) / total)), reasons: verdict.reasons }];
    })
    .sort((a, b) => b.confidence - a.confidence || byAddress(a.variable, b.variable))
    .slice(0, MOST_RUNNERS_UP);
  const variable = place.candidates[index]?.variable;
  if (variable === undefined) throw new Error("A chosen variable is one of the place");
  const tag = fit.type.targets[row]?.key ?? "";
  return { tag, variable, confidence: rounded(ofClass * confidenceOf(fit, row)), reasons: verdicts[index]?.reasons ?? [], runnersUp };
}

/** Two decimals are more than the evidence carries. */
function rounded(probability: number): number {
  return Math.round(probability * 100) / 100;
}
