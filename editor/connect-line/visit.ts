/** One person's visit to a server: the connection while it is looked at, the survey, and what was ticked. */
import { type EndpointOptions, type EndpointState, OpcUaEndpoint, UntrustedCertificate } from "../../adapters/opcua/index.ts";
import { VariableChoice } from "../../core/connect/line-plan/index.ts";
import { AdminRefusal } from "../../nodes/kit/node.ts";
import { type FoundVariable, surveyServer, type SurveyRequest } from "./survey.ts";

export interface SurveyView {
  readonly word: "none" | "running" | "done" | "cancelled" | "failed";
  readonly found: number;
  readonly message?: string;
}

/** Ends with `close`; the password lives here and nowhere else until the person deploys the server node. */
export class Visit {
  readonly #endpoint: OpcUaEndpoint;
  readonly #own: boolean;
  #survey: SurveyView = { word: "none", found: 0 };
  #abort: AbortController | undefined;
  #choice = new VariableChoice([]);
  #found = new Map<string, FoundVariable>();

  private constructor(endpoint: OpcUaEndpoint, own: boolean) {
    this.#endpoint = endpoint;
    this.#own = own;
  }

  static to(options: EndpointOptions): Visit {
    return new Visit(new OpcUaEndpoint(options), true);
  }

  /** Through a deployed server node, with its own sign-in. */
  static through(endpoint: OpcUaEndpoint): Visit {
    return new Visit(endpoint, false);
  }

  get survey(): SurveyView {
    return this.#survey;
  }

  get choice(): VariableChoice {
    return this.#choice;
  }

  found(address: string): FoundVariable | undefined {
    return this.#found.get(address);
  }

  /** Connects once. What a person must settle is in the answer. */
  async test(): Promise<EndpointState | { readonly word: "untrusted"; readonly message: string; readonly certificate: object }> {
    try {
      await this.#endpoint.browse("");
      return { word: "connected" };
    } catch (error) {
      if (error instanceof UntrustedCertificate) return { word: "untrusted", message: error.message, certificate: error.certificate };
      return { word: "refused", message: sentenceOf(error) };
    }
  }

  trust(fingerprint: string): Promise<boolean> {
    return this.#endpoint.trustCertificate(fingerprint);
  }

  /** Starts in the background; a survey that runs already is ended first. */
  start(request: SurveyRequest): void {
    this.#abort?.abort();
    this.#abort = new AbortController();
    this.#survey = { word: "running", found: 0 };
    void this.#run(request, this.#abort);
  }

  /** Never rejects. Once another survey has begun, this one says nothing more. */
  async #run(request: SurveyRequest, abort: AbortController): Promise<void> {
    const show = (view: SurveyView): void => {
      if (this.#abort === abort) this.#survey = view;
    };
    try {
      const found = await surveyServer(this.#endpoint, request, (count) => show({ word: "running", found: count }), abort.signal);
      if (this.#abort !== abort) return;
      this.#found = new Map(found.map((variable) => [variable.address, variable]));
      this.#choice = new VariableChoice(found);
      show({ word: "done", found: found.length });
    } catch (error) {
      const word = abort.signal.aborted ? "cancelled" : "failed";
      show({ word, found: this.#survey.found, message: sentenceOf(error) });
    }
  }

  cancel(): void {
    this.#abort?.abort();
  }

  async browse(address: string): Promise<unknown> {
    try {
      return await this.#endpoint.browse(address);
    } catch (error) {
      throw new AdminRefusal(409, "NOT_CONNECTED", sentenceOf(error));
    }
  }

  async close(): Promise<void> {
    this.cancel();
    if (this.#own) await this.#endpoint.close();
  }
}

function sentenceOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
