/** Notifications by mail: one SMTP relay, over TLS unless the plant says otherwise. */
import { createTransport } from "nodemailer";
import type { NotificationChannel, Outgoing, SendOutcome } from "../../core/operate/notification/index.ts";

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  /** `starttls` refuses a relay that does not offer it; `none` sends in the clear. */
  readonly security: "tls" | "starttls" | "none";
  /** Whether the relay's certificate must be valid. */
  readonly verify: boolean;
  readonly from: string;
  readonly user?: string;
  readonly password?: string;
}

const TIMEOUT_MS = 10_000;
const URGENT = { critical: "high", high: "high", medium: "normal", low: "normal" } as const;

export class SmtpChannel implements NotificationChannel {
  readonly #settings: SmtpSettings;

  constructor(settings: SmtpSettings) {
    this.#settings = settings;
  }

  async send({ id, to, subject, text, priority }: Outgoing): Promise<SendOutcome> {
    const { host, port, security, verify, from, user, password } = this.#settings;
    // A connection per message: alarms are rare, and a relay that dropped an idle one costs no alarm.
    const transport = createTransport({
      host,
      port,
      secure: security === "tls",
      requireTLS: security === "starttls",
      ignoreTLS: security === "none",
      tls: { rejectUnauthorized: verify },
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(user === undefined || user === "" ? {} : { auth: { user, pass: password ?? "" } }),
    });
    try {
      const sent = await transport.sendMail({
        from,
        to,
        subject,
        text,
        priority: URGENT[priority],
        messageId: `<${id}@twinline>`,
        headers: { "Auto-Submitted": "auto-generated" },
      });
      return { ok: true, detail: sent.response.slice(0, 200) };
    } catch (error) {
      const { code, responseCode, message } = error as { code?: string; responseCode?: number; message?: string };
      // The relay knows the address and will not take it; everything else may pass.
      const permanent = code === "EENVELOPE" && responseCode !== undefined && responseCode >= 500;
      return { ok: false, permanent, detail: `The mail relay ${host}:${port}: ${message ?? String(error)}`.slice(0, 500) };
    } finally {
      transport.close();
    }
  }
}
