/** The recipients and channels of a twin-notify, from its form. Throws a sentence for what a person must fix. */
import { SmtpChannel, tokenFault, WebhookChannel, webhookFault } from "../../../adapters/notification/index.ts";
import type { Json } from "../../../core/connect/event/index.ts";
import type { PlantModel } from "../../../core/connect/model/index.ts";
import {
  type NotificationChannel,
  OFF_SHIFT,
  readTemplate,
  type Recipient,
  WEBHOOK_PRESETS,
} from "../../../core/operate/notification/index.ts";
import type { TwinNode } from "../../kit/node.ts";
import type declaration from "./twin-notify.node.ts";

type Node = TwinNode<typeof declaration>;

export type Channels = Readonly<Partial<Record<Recipient["channel"], NotificationChannel>>>;

const MINUTE = 60_000;

export function recipientsOf(node: Node, model: PlantModel): Recipient[] {
  const shifts = new Set([OFF_SHIFT, ...[...model.calendars.values()].flatMap((calendar) => calendar.shifts.map(({ name }) => name))]);
  const names = new Set<string>();
  return node.config.recipients.map(({ name, channel, address = "", priority, place = "", shifts: given = "", afterMinutes }) => {
    if (names.has(name)) throw new Error(node.text("twice", { name }));
    names.add(name);
    if (channel === "mail" && !address.includes("@")) throw new Error(node.text("noMailAddress", { name }));
    const onCall = given
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== "");
    for (const shift of onCall) if (!shifts.has(shift)) node.log.warn(node.text("unknownShift", { shift, name }));
    return { name, channel, address, priority, place, shifts: onCall, afterMs: Math.round(afterMinutes * MINUTE) };
  });
}

export function channelsOf(node: Node, recipients: readonly Recipient[]): Channels {
  const { config, secrets } = node;
  const uses = (channel: Recipient["channel"]): boolean => recipients.some((one) => one.channel === channel);
  const { smtpHost: host = "", smtpFrom: from = "", smtpPort: port, smtpSecurity: security, smtpVerify: verify, smtpUser: user } = config;
  if (uses("mail") && (host === "" || from === "")) throw new Error(node.text("noMail"));
  const mail = { host, port, security, verify, from, ...(user ? { user, password: secrets["smtpPassword"] ?? "" } : {}) };
  return {
    ...(uses("mail") ? { mail: new SmtpChannel(mail) } : {}),
    ...(uses("webhook") ? { webhook: webhookOf(node) } : {}),
  };
}

function webhookOf(node: Node): WebhookChannel {
  const { config, secrets } = node;
  const url = secrets["webhookUrl"] ?? "";
  if (url === "") throw new Error(node.text("noWebhook", { fault: node.text("noAddress") }));
  const token = secrets["webhookToken"];
  const fault = webhookFault(url, config.plainHttp) ?? tokenFault(token ?? "");
  if (fault !== undefined) throw new Error(node.text("noWebhook", { fault }));
  let template: Json;
  if (config.preset === "own") {
    const read = readTemplate(config.template ?? "");
    if ("fault" in read) throw new Error(node.text("noWebhook", { fault: read.fault }));
    ({ template } = read);
  } else template = WEBHOOK_PRESETS[config.preset];
  return new WebhookChannel({ url, template, ...(token === undefined ? {} : { token }) });
}
