/** How the series of a tag's values look: the same on every panel of a board, in the viewer and in Grafana. */
import { type Board, type Colour, SERIES_COLOURS } from "./spec.ts";

export interface SeriesLook {
  /** Value of the tag. */
  readonly value: string;
  readonly label: string;
  readonly colour: Colour;
  /** Colours come again after the last one; the lines of every second round are dashed. */
  readonly dashed: boolean;
}

/** One look per value that the board names, in its order. */
export function seriesLooks(labels: Board["labels"], tag: string): SeriesLook[] {
  const names = Object.hasOwn(labels, tag) ? (labels[tag] ?? {}) : {};
  return Object.entries(names).map(([value, label], index) => ({
    value,
    label,
    colour: SERIES_COLOURS[index % SERIES_COLOURS.length] as Colour,
    dashed: Math.floor(index / SERIES_COLOURS.length) % 2 === 1,
  }));
}
