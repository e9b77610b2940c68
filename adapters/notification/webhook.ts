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

/** What a token may hold: the rest no header can carry, and the error about it would name the token. */
const TOKEN = /^[\x20-\x7E]*$/;
/** Names of the operating system, of TLS and of the client, which hold nothing of the request. */
const ERROR_CODE = /^[A-Z][A-Z0-9_]{1,60}$/;

/** What is wrong with the address of a webhook; undefined for one that can be used. `plain`: http is allowed. */
export function webhookFault(url: string, plain: boolean): string | undefined {
  if (!URL.canParse(url)) return "The webhook's address is no URL.";
  const { protocol, username, password } = new URL(url);
  if (username !== "" || password !== "") return "The webhook's address holds a user name or a password; put the token into its own field.";
  if (protocol === "https:" || (plain && protocol === "http:")) return undefined;
  return "The webhook's address must begin with https://, or plain http must be allowed.";
}

/** What is wrong with the token of a webhook; undefined for one that can be sent. */
export function tokenFault(token: string): string | undefined {
  if (TOKEN.test(token)) return undefined;
  return "The webhook's token holds a line break or a letter that cannot be sent; paste it again.";
}

export class WebhookChannel implements NotificationChannel {
  readonly #settings: WebhookSettings;

  constructor(settings: WebhookSettings) {
    this.#settings = settings;
  }

  async send({ id, to, subject, text, priority, count, asset, link }: Outgoing): Promise<SendOutcome> {
    const { url, template, token } = this.#settings;
    const paragraphs = text.replaceAll(/\n+/g, "\n\n");
    const body = fillTemplate(template, { to, subject, text, paragraphs, priority, urgency: URGENCY[priority], count, asset, link });
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
      return { ok: false, permanent: false, detail: `The webhook could not be reached: ${whyOf(error as Error)}` };
    }
  }
}

/** Never the text of the error: it may hold the address, which is often the secret, or the token. */
function whyOf({ name, cause }: Error): string {
  if (name === "TimeoutError") return "no answer in 10 s";
  const code: unknown = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" && ERROR_CODE.test(code) ? code : "no connection";
}
