/** The page Tags: every tag of a plant with its value and what is wrong with it. */
import type { EditorRED } from "node-red";
import { Refusal, request } from "../asking.ts";
import { element } from "../element.ts";
import { label } from "../label.ts";
import type { EditorPage, PageContext } from "../page.ts";
import { emptyState, problemList, type ProblemList } from "../tags/plant-state.ts";
import { PlantPane, type ShownPlant } from "../tags/plant-pane.ts";

declare const RED: EditorRED;

/** Kept while the editor is open. */
let lastPlant = "";
/** With what is open, typed and scrolled; a page that comes back into view looks as it was left. */
let lastPane: PlantPane | undefined;

const READING_MS = 1_000;

export const tagsPage: EditorPage = { id: "tags", label: () => label("tags.title"), show: showTags, hide: () => endTags() };

let endTags: () => void = () => undefined;

function showTags(container: HTMLElement, { signal }: PageContext): void {
  let round = new AbortController();
  const body = element("div", { class: "tw-tags" }, ...(lastPane === undefined ? [] : [lastPane.node]));
  container.append(body);

  async function begin(): Promise<void> {
    round.abort();
    round = new AbortController();
    const running = AbortSignal.any([signal, round.signal]);
    try {
      const plants = await request<readonly ShownPlant[]>("GET", "tags/plants", running);
      const plant = plants.find(({ id }) => id === lastPlant) ?? plants[0];
      if (plant === undefined) body.replaceChildren(emptyState("no-plant", label("tags.noPlant")));
      else open(plants, plant, running);
    } catch (error) {
      refused(error);
    }
  }

  function open(plants: readonly ShownPlant[], plant: ShownPlant, running: AbortSignal): void {
    lastPlant = plant.id;
    const choose = (id: string): void => {
      lastPlant = id;
      void begin();
    };
    const head = plants.length < 2 ? [] : [plantChooser(plants, plant.id, choose)];
    if (!plant.loaded && plant.problems === 0) return reading(head, running);
    if (!plant.loaded) return void faulty(plant, head, running);
    if (lastPane?.plant !== plant.id) lastPane = new PlantPane(plant.id);
    body.replaceChildren(...head, lastPane.node);
    lastPane.start(running, refused);
  }

  function reading(head: readonly HTMLElement[], running: AbortSignal): void {
    body.replaceChildren(...head, emptyState("reading", label("tags.reading")));
    window.setTimeout(() => {
      if (!running.aborted) void begin();
    }, READING_MS);
  }

  async function faulty(plant: ShownPlant, head: readonly HTMLElement[], running: AbortSignal): Promise<void> {
    const state = emptyState("faulty", label("tags.faulty", { name: plant.name }));
    body.replaceChildren(...head, state);
    try {
      state.append(problemList(await request<ProblemList>("GET", `plant/${plant.id}/problems`, running)));
    } catch (error) {
      state.append(element("p", {}, (error as Error).message));
    }
  }

  function refused(error: unknown): void {
    const status = error instanceof Refusal ? error.status : 0;
    // Deployed by somebody else, or read anew: what there is now is asked for once more.
    if (status === 404 || status === 409) return void begin();
    const state = status === 401 || status === 403 ? "not-signed-in" : status === 0 ? "away" : "refused";
    const again = element("button", { type: "button", class: "red-ui-button" }, label("again"));
    again.addEventListener("click", () => void begin());
    round.abort();
    body.replaceChildren(emptyState(state, (error as Error).message, again));
  }

  const deployed = (): void => void begin();
  RED.events.on("deploy", deployed);
  endTags = () => RED.events.off("deploy", deployed);
  void begin();
}

function plantChooser(plants: readonly ShownPlant[], chosen: string, choose: (id: string) => void): HTMLElement {
  const select = element(
    "select",
    { "aria-label": label("tags.plant") },
    ...plants.map(({ id, name }) => new Option(name, id, false, id === chosen)),
  );
  select.addEventListener("change", () => choose(select.value));
  return element("div", { class: "tw-bar" }, select);
}
