/** How notifications leave: mail by SMTP, and webhooks. */
export { SmtpChannel, type SmtpSettings } from "./smtp.ts";
export { WebhookChannel, webhookFault, type WebhookSettings } from "./webhook.ts";
