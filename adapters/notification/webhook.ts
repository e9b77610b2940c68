/** Notifications by webhook: one configured address, a JSON template, no redirects. */
import type { Json } from "../../core/connect/event/index.ts";
import { fillTemplate, type NotificationChannel, type Outgoing, type SendOutcome } from "../../core/operate/notification/index.ts";

export interface WebhookSettings {
  readonly url: string;
  readonly template: Json;
  /** Sent as `Authorization: Bearer …`. */
  readonly token?: string;
}

const TIMEOUT_MS = 10_000;
const URGENCY = { critical: 5, high: 4, medium: 3, low: 2 } as const;
/** The other side understood and will never take it; anything else, a wrong token too, somebody may put right meanwhile. */
const PERMANENT = new Set([400, 410, 413, 415, 422]);

/** What is wrong with the address of a webhook; undefined for one that can be used. `plain`: http is allowed. */
export function webhookFault(url: string, plain: boolean): string | undefined {
  if (!URL.canParse(url)) return "The webhook's address is no URL.";
  const { protocol, username } = new URL(url);
  if (username !== "") return "The webhook's address holds a user name; put the token into its own field.";
  if (protocol === "https:" || (plain && protocol === "http:")) return undefined;
  return "The webhook's address must begin with https://, or plain http must be allowed.";
}

export class WebhookChannel implements NotificationChannel {
  readonly #settings: WebhookSettings;

  constructor(settings: WebhookSettings) {
    this.#settings = settings;
  }

  async send({ id, to, subject, text, priority, count, asset, link }: Outgoing): Promise<SendOutcome> {
    const { url, template, token } = this.#settings;
    const body = fillTemplate(template, { to, subject, text, priority, urgency: URGENCY[priority], count, asset, link });
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "idempotency-key": id,
          ...(token === undefined || token === "" ? {} : { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
        // Whoever answers there must not send plant data elsewhere.
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      const { status } = response;
      if (response.ok) return { ok: true, detail: `HTTP ${status}` };
      return { ok: false, permanent: PERMANENT.has(status), detail: `The webhook answered HTTP ${status}.` };
    } catch (error) {
      const { name, cause, message } = error as Error;
      const why = name === "TimeoutError" ? "no answer in 10 s" : cause instanceof Error ? cause.message : message;
      // Never the address: it is often the secret.
      return { ok: false, permanent: false, detail: `The webhook could not be reached: ${why}`.slice(0, 500) };
    }
  }
}
