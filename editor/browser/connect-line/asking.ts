/** Requests to the runtime, with the editor's own sign-in. */
import { say } from "./words.ts";

/** What the runtime refused, as a sentence for the person. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
  }
}

const ROOT = "twinline/connect-line/";

export function ask<T>(method: "GET" | "POST", path: string, body?: object): Promise<T> {
  return new Promise((resolve, reject) => {
    $.ajax({
      url: ROOT + path,
      method,
      dataType: "json",
      ...(body === undefined ? {} : { contentType: "application/json", data: JSON.stringify(body) }),
    })
      .done((answer: unknown) => resolve(answer as T))
      .fail((failed: JQuery.jqXHR) => reject(new Refused(failed.status, sentenceIn(failed))));
  });
}

function sentenceIn({ status, responseJSON }: JQuery.jqXHR): string {
  const { message } = (responseJSON ?? {}) as { message?: unknown };
  if (typeof message === "string") return message;
  return say(status === 401 || status === 403 ? "needsRole" : "away");
}
