/** How the stations of a line work together, as its equipment entry says under `line`. */
import type { Equipment, LineDeclaration } from "./plant.ts";
import { nearest, shown, type Findings, type Spot } from "./problem.ts";
import type { Section } from "./section.ts";
import { defined } from "./tags.ts";

export const LINE_FIELDS = ["constraint", "end", "parallel", "buffers", "priority"] as const;
const PARALLEL_FIELDS = ["stations", "minimumRunning"] as const;
const BUFFER_FIELDS = ["from", "to", "delaySeconds"] as const;
const MAX_DELAY_SECONDS = 3_600;

/** What a line is read against. */
export interface LineSurroundings {
  /** Path of the line. */
  readonly path: string;
  /** `enterprise.site`. */
  readonly root: string;
  readonly equipment: ReadonlyMap<string, Equipment>;
  readonly findings: Findings;
  /** Where a station's `feeds` stand. */
  readonly feedsOf: (station: string) => Spot | undefined;
}

/** Undefined where there is nothing to read; what is wrong with it is among the findings. */
export function readLine(owner: Section, around: LineSurroundings): LineDeclaration | undefined {
  const section = owner.section("line", LINE_FIELDS);
  return section === undefined ? undefined : new LineReader(section, around).read();
}

class LineReader {
  private readonly section: Section;
  private readonly around: LineSurroundings;
  private readonly stations: ReadonlyMap<string, Equipment>;

  constructor(section: Section, around: LineSurroundings) {
    this.section = section;
    this.around = around;
    this.stations = new Map([...around.equipment].filter(([, { parent }]) => parent === around.path));
  }

  read(): LineDeclaration | undefined {
    const { section } = this;
    if (this.stations.size === 0)
      return this.problem(section.spot(), "A line has stations, and there is none below this equipment.", "stations as equipment below it");
    if (!this.isConnected()) {
      const allowed = "feeds: [<next station>] at each station that hands on to another";
      return this.problem(section.spot(), "No station of this line feeds another, so none is before or after another.", allowed);
    }
    this.refuseCircles();
    const constraint = this.one("constraint");
    const end = this.one("end");
    if (!section.has("end")) this.requireOneEnd();
    const priority = section.texts("priority").flatMap(({ text, at }) => this.station(text, at) ?? []);
    return defined({ constraint, end, parallel: this.readParallel(), buffers: this.readBuffers(), priority });
  }

  private readParallel(): LineDeclaration["parallel"] {
    const taken = new Set<string>();
    return this.section.list("parallel", PARALLEL_FIELDS).flatMap((group) => {
      group.require("stations", "[<station>, <station>]");
      group.require("minimumRunning", "how many of them must run");
      const stations = group.texts("stations").flatMap(({ text, at }) => this.station(text, at) ?? []);
      const minimumRunning = group.number("minimumRunning", { above: 0 });
      for (const station of stations) {
        if (taken.has(station))
          this.problem(group.spot("stations"), `${this.name(station)} stands here twice.`, "each station in one group");
        taken.add(station);
      }
      const [first, ...others] = stations;
      if (first === undefined || minimumRunning === undefined) return [];
      if (others.length === 0) this.problem(group.spot("stations"), "One station is not parallel to itself.", "two stations or more");
      if (!Number.isInteger(minimumRunning) || minimumRunning > stations.length) {
        const why = `Of ${stations.length} stations, ${minimumRunning} cannot be the minimum.`;
        this.problem(group.spot("minimumRunning"), why, `a whole number from 1 to ${stations.length}`);
      }
      const stray = others.find((other) => this.neighbours(other) !== this.neighbours(first));
      if (stray !== undefined) {
        const why = `${this.name(first)} and ${this.name(stray)} do not stand between the same stations.`;
        this.problem(group.spot("stations"), why, "stations that the same ones feed and that feed the same ones; look at their feeds");
      }
      return [{ stations, minimumRunning }];
    });
  }

  private readBuffers(): LineDeclaration["buffers"] {
    return this.section.list("buffers", BUFFER_FIELDS).flatMap((buffer) => {
      for (const key of ["from", "to"] as const) buffer.require(key, "a station of the line");
      buffer.require("delaySeconds", "how long a stop at one end can take to be felt at the other, in seconds");
      const [from, to] = [this.one("from", buffer), this.one("to", buffer)];
      const delaySeconds = buffer.number("delaySeconds", { above: 0, atMost: MAX_DELAY_SECONDS });
      if (from === undefined || to === undefined || delaySeconds === undefined) return [];
      if (!this.feeds(from).includes(to)) {
        const allowed = this.feeds(from).map((next) => this.name(next));
        return this.problem(buffer.spot("to"), `${this.name(from)} does not feed ${this.name(to)}.`, allowed.join(", ") || "none") ?? [];
      }
      return [{ from, to, delayMs: Math.round(delaySeconds * 1000) }];
    });
  }

  private one(key: "constraint" | "end" | "from" | "to", section = this.section): string | undefined {
    const text = section.text(key);
    return text === undefined ? undefined : this.station(text, section.spot(key));
  }

  /** A station by its name in the line, or by its place below the site. */
  private station(text: string, at: Spot): string | undefined {
    const { path, root, equipment, findings } = this.around;
    const found = [`${path}.${text}`, `${root}.${text}`].find((candidate) => equipment.has(candidate));
    const names = [...this.stations.keys()].filter((station) => this.isStation(station)).map((station) => this.name(station));
    if (found !== undefined && names.includes(this.name(found)) && this.stations.has(found)) return found;
    const allowed = { seen: text, allowed: names.slice(0, 20).join(", "), suggestion: nearest(text, names) };
    if (found === undefined) return findings.problem(at, `There is no station ${shown(text)} in this line.`, allowed);
    if (this.stations.has(found))
      return findings.problem(at, `${shown(text)} feeds no station of this line and is fed by none; give its neighbours "feeds".`, allowed);
    return findings.problem(at, `${shown(text)} is not a station of this line: it stands below ${this.place(found)}.`, allowed);
  }

  /** A circle has no end to count at, and who is blocked by whom would go round. */
  private refuseCircles(): void {
    const settled = new Set<string>();
    const trail = new Set<string>();
    const visit = (station: string): void => {
      if (settled.has(station)) return;
      trail.add(station);
      for (const next of this.feeds(station)) {
        if (!trail.has(next)) visit(next);
        else {
          const at = this.around.feedsOf(station) ?? this.section.spot();
          const why = `${this.name(station)} feeds ${this.name(next)}, which closes a circle in a line with a "line" section.`;
          this.problem(at, why, "stations in one direction; leave the way back (a rework loop) out of feeds");
        }
      }
      trail.delete(station);
      settled.add(station);
    };
    for (const station of this.stations.keys()) visit(station);
  }

  private requireOneEnd(): void {
    const ends = [...this.stations.keys()].filter((station) => this.isStation(station) && this.feeds(station).length === 0);
    if (ends.length < 2 || new Set(ends.map((station) => this.neighbours(station))).size === 1) return;
    const names = ends.map((station) => this.name(station)).join(", ");
    this.problem(
      this.section.spot(),
      `${names} all feed no other station; where are the line's good units counted?`,
      `end: <one of ${names}>`,
    );
  }

  private isConnected(): boolean {
    return [...this.stations.keys()].some((station) => this.feeds(station).length > 0);
  }

  private isStation(station: string): boolean {
    return this.feeds(station).length > 0 || [...this.stations.keys()].some((other) => this.feeds(other).includes(station));
  }

  private feeds(station: string): readonly string[] {
    return this.stations.get(station)?.feeds.filter((next) => this.stations.has(next)) ?? [];
  }

  /** Equal texts: between the same stations. */
  private neighbours(station: string): string {
    const before = [...this.stations.keys()].filter((other) => this.feeds(other).includes(station));
    return JSON.stringify([before.toSorted(), this.feeds(station).toSorted()]);
  }

  private name(station: string): string {
    return station.slice(this.around.path.length + 1);
  }

  private place(station: string): string {
    return station.slice(this.around.root.length + 1, station.lastIndexOf("."));
  }

  private problem(at: Spot, why: string, allowed: string): undefined {
    return this.around.findings.problem(at, why, { allowed });
  }
}
