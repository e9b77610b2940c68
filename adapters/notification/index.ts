/** How notifications leave: mail by SMTP, and webhooks. */
export { SmtpChannel, type SmtpSettings } from "./smtp.ts";
export { tokenFault, WebhookChannel, webhookFault, type WebhookSettings } from "./webhook.ts";
