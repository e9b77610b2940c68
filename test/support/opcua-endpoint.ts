/** Endpoints at the demo plant's OPC UA server, and what their feeds deliver. */
import { OpcUaEndpoint, type EndpointOptions, type EndpointState } from "../../adapters/opcua/endpoint.ts";
import type { FeedRequest } from "../../adapters/opcua/feed.ts";
import type { RefusedNode } from "../../adapters/opcua/items.ts";
import type { SourceReading } from "../../core/connect/tag-map/reading.ts";
import type { RunningPlant } from "../../plant/server/plant.ts";
import type { TagChange } from "../../plant/simulator/index.ts";
import { plantInProcess, temporaryDir, TEST_USERS } from "./opcua.ts";

export const PREFIX = "nsu=urn:twinline:demo-plant;s=";
/** What `FAST` subscribes to; the plant has another line besides. */
export const ofLine = ({ nodeId }: { readonly nodeId: string }): boolean => nodeId.startsWith("Line01.");
export const FAST: FeedRequest = { browse: { start: "Line01" }, samplingInterval: 0, publishingInterval: 100, queueSize: 5000 };

export const key = (address: string, time: number | undefined): string => `${address.replace(PREFIX, "")}@${time}`;

/** Collects what a feed delivers and lets a test wait for it instead of sleeping. */
export class Collector {
  readonly readings: SourceReading[] = [];
  readonly refusedNodes: RefusedNode[] = [];
  #waiting: { test: () => boolean; resolve: () => void }[] = [];

  readonly listener = {
    readings: (batch: readonly SourceReading[]): void => {
      this.readings.push(...batch);
      this.#check();
    },
    refused: (nodes: readonly RefusedNode[]): void => {
      this.refusedNodes.push(...nodes);
      this.#check();
    },
    changed: (): void => this.#check(),
  };

  until(test: () => boolean): Promise<void> {
    if (test()) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ test, resolve }));
  }

  #check(): void {
    const met = this.#waiting.filter((w) => w.test());
    this.#waiting = this.#waiting.filter((w) => !met.includes(w));
    for (const { resolve } of met) resolve();
  }
}

export function stateOf(endpoint: OpcUaEndpoint, ...words: EndpointState["word"][]): Promise<EndpointState> {
  if (words.includes(endpoint.state.word)) return Promise.resolve(endpoint.state);
  return new Promise((resolve) => {
    const stop = endpoint.watch((state) => {
      if (!words.includes(state.word)) return;
      stop();
      resolve(state);
    });
  });
}

/** As the twin's user without encryption, in the folder of a test. */
export function endpointAt(url: string, folder: string, options: Partial<EndpointOptions> = {}): OpcUaEndpoint {
  return new OpcUaEndpoint({
    url,
    securityMode: "None",
    securityPolicy: "Basic256Sha256",
    user: { name: "twin", password: TEST_USERS.twin.password },
    pkiDir: `${folder}/client`,
    backoffMs: { first: 100, longest: 400 },
    ...options,
  });
}

/** A plant for all tests of a `describe`; what a test opens there is closed after it. */
export class ServedPlant {
  readonly #dir = temporaryDir();
  readonly #open: OpcUaEndpoint[] = [];
  #plant: RunningPlant | undefined;
  /** What the server has had of the line so far. */
  readonly sent: TagChange[] = [];

  /** In a `describe`. */
  forAll(): void {
    before(async () => {
      const onChanges = (changes: readonly TagChange[]): void => void this.sent.push(...changes.filter(ofLine));
      this.#plant = await plantInProcess(this.folder("server"), { onChanges });
    });
    afterEach(async () => {
      for (const one of this.#open.splice(0)) await one.close();
    });
    after(async () => {
      await this.#plant?.stop();
      this.#dir.remove();
    });
  }

  get url(): string {
    return this.#plant?.endpoint ?? "";
  }

  folder(name: string): string {
    return `${this.#dir.path}/${name}`;
  }

  endpoint(options: Partial<EndpointOptions> = {}): OpcUaEndpoint {
    return this.opened(endpointAt(this.url, this.#dir.path, options));
  }

  opened(one: OpcUaEndpoint): OpcUaEndpoint {
    this.#open.push(one);
    return one;
  }
}
