/** Requests to the endpoints of the editor's pages, with the editor's own sign-in. */
import { label } from "./label.ts";

/** What the runtime refused, as a sentence for the person; status 0 when it did not answer. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, sentence: string) {
    super(sentence);
    this.status = status;
    this.code = code;
  }
}

/** `path` below `<admin root>/twinline/`. Rejects with a `Refusal`; an aborted request settles never. */
export function request<T>(method: "GET" | "POST", path: string, signal: AbortSignal, body?: object): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return;
    const sent = $.ajax({
      url: `twinline/${path}`,
      method,
      dataType: "json",
      ...(body === undefined ? {} : { contentType: "application/json", data: JSON.stringify(body) }),
    });
    signal.addEventListener("abort", () => sent.abort(), { once: true });
    sent
      .done((answer: unknown) => {
        if (!signal.aborted) resolve(answer as T);
      })
      .fail((failed: JQuery.jqXHR) => {
        if (!signal.aborted) reject(refusalOf(failed));
      });
  });
}

function refusalOf({ status, responseJSON }: JQuery.jqXHR): Refusal {
  const { code, message } = (responseJSON ?? {}) as { code?: unknown; message?: unknown };
  const word = typeof code === "string" ? code : "";
  if (typeof message === "string") return new Refusal(status, word, message);
  return new Refusal(status, word, label(status === 401 || status === 403 ? "signIn" : "away"));
}
