import type { Refusal } from "../../core/govern/identity/index.ts";

/** Of a request, to be sent as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export function refused(status: number, code: string, message: string): Answer {
  return { status, body: { code, message } };
}

export function answer({ status, code, message }: Refusal): Answer {
  return refused(status, code, message);
}
