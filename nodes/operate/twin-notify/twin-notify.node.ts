import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";

const recipientRow = Type.Object({
  name: Type.String({
    label: "Name",
    help: "Who or what it is; each row has its own.",
    minLength: 1,
    maxLength: 64,
    placeholder: "Maintenance on call",
  }),
  channel: Type.Union([Type.Literal("mail"), Type.Literal("webhook")], {
    label: "By",
    help: "Mail, or the webhook below.",
    choices: { mail: "mail", webhook: "webhook" },
    default: "mail",
  }),
  address: Type.Optional(
    Type.String({
      label: "To",
      help: "Mail address; for a webhook what its template puts in for `{{to}}`: a topic, a telephone number.",
      maxLength: 254,
      pattern: '^[^\\s,;<>"]*$',
      placeholder: "maintenance@plant.example",
    }),
  ),
  priority: Type.Union([Type.Literal("low"), Type.Literal("medium"), Type.Literal("high"), Type.Literal("critical")], {
    label: "From priority",
    help: "Told of alarms that are at least as serious.",
    choices: { low: "low", medium: "medium", high: "high", critical: "critical" },
    default: "medium",
  }),
  place: Type.Optional(
    Type.String({
      label: "Equipment",
      help: "Told of alarms at this equipment and below; empty for all.",
      widget: "asset",
      maxLength: 512,
    }),
  ),
  shifts: Type.Optional(
    Type.String({
      label: "On call in shifts",
      help: "Names of shifts of the equipment's calendar, separated by commas; `off` for the time outside shifts; empty for always.",
      maxLength: 200,
      placeholder: "early, late",
    }),
  ),
  afterMinutes: Type.Number({
    label: "After (min)",
    help: "0: at once. Otherwise an escalation: told when nobody has acknowledged for so long.",
    minimum: 0,
    maximum: 1440,
    default: 0,
  }),
});

const MAIL = "Mail";
const WEBHOOK = "Webhook";

export default declareNode({
  type: "twin-notify",
  module: "operate",
  kind: "node",
  version: 1,
  label: "notify",
  summary:
    "Tells people of alarms by mail and webhook: who is on call, who comes next when nobody acknowledges, many alarms in one message.",
  details:
    "It reads the alarms of all `twin-alarm` nodes in the historian's ledger; nothing is wired into it. Whoever is on call is told once per alarm, until somebody acknowledges it on the alarm list. An alarm that comes again before that is no further message, and goes on waiting since the first time.\n\n" +
    "**Escalation** is a row with minutes: told when nobody has acknowledged for so long. A row whose shift begins while an alarm waits is told then.\n\n" +
    "**Storms.** Alarms within a few seconds share a message. After a message, alarms that are not more serious wait a while and share the next one.\n\n" +
    "**Delivery.** What is to be sent is on disk before it is sent, and is tried again with growing intervals, over restarts too; each attempt is recorded in the ledger as `notification.sent.v1`. A message can arrive twice when the computer dies while it is sent; both copies have the same message id. What everybody has acknowledged meanwhile is not sent any more.\n\n" +
    "**Security.** Only the relay and the address given here are ever contacted; redirects are not followed. Certificates are checked. Passwords, tokens and the webhook's address are kept as credentials.\n\n" +
    "`Send a test` in this dialog sends to every row at once, as deployed.",
  outputs: [
    {
      name: "sent",
      label: "sent",
      help: "what came of each attempt: recipient, channel, outcome (`delivered`, `retrying`, `failed`, `withdrawn`), attempts, detail. It is recorded already.",
    },
  ],
  icon: "font-awesome/fa-paper-plane",
  config: Type.Object({
    plant: Type.String({ label: "Plant", help: "The plant model: shift calendars and names.", widget: "config", refers: "twin-plant" }),
    historian: Type.String({ label: "Historian", help: "Whose ledger has the alarms.", widget: "config", refers: "twin-historian" }),
    recipients: Type.Array(recipientRow, {
      label: "Recipients",
      help: "Who is told, from which priority on, where, in which shifts, and after how long.",
      widget: "table",
      default: [],
      maxItems: 100,
    }),
    link: Type.Optional(
      Type.String({
        label: "Alarm list",
        help: "Address of the alarm list as people reach it, put at the end of each message.",
        pattern: "^(https?://\\S+)?$",
        maxLength: 500,
        placeholder: "http://twin.plant.example:1880/boards/alarms",
      }),
    ),
    smtpHost: Type.Optional(
      Type.String({
        label: "Mail relay",
        help: "Host name of the SMTP relay.",
        maxLength: 253,
        pattern: "^[A-Za-z0-9.:-]*$",
        section: MAIL,
      }),
    ),
    smtpPort: Type.Integer({
      label: "Port",
      help: "587 with STARTTLS, 465 with TLS, often 25 without.",
      minimum: 1,
      maximum: 65535,
      default: 587,
      section: MAIL,
    }),
    smtpSecurity: Type.Union([Type.Literal("starttls"), Type.Literal("tls"), Type.Literal("none")], {
      label: "Encryption",
      help: "With STARTTLS, a relay that does not offer it is refused. Without encryption anybody on the way can read along.",
      choices: { starttls: "STARTTLS", tls: "TLS", none: "none" },
      default: "starttls",
      section: MAIL,
    }),
    smtpFrom: Type.Optional(
      Type.String({
        label: "From",
        help: "Address of the sender.",
        maxLength: 254,
        pattern: '^[^\\s,;<>"]*$',
        placeholder: "twinline@plant.example",
        section: MAIL,
      }),
    ),
    smtpUser: Type.Optional(Type.String({ label: "User", help: "Where the relay asks for one.", maxLength: 254, section: MAIL })),
    smtpPassword: Type.Optional(
      Type.String({ label: "Password", help: "Kept as a credential, never in the flow.", secret: true, section: MAIL }),
    ),
    smtpVerify: Type.Boolean({
      label: "Check the certificate",
      help: "Off, anybody on the way can pose as the relay. Better: give Node.js the plant's own authority (NODE_EXTRA_CA_CERTS).",
      default: true,
      advanced: true,
    }),
    preset: Type.Union([Type.Literal("teams"), Type.Literal("ntfy"), Type.Literal("sms"), Type.Literal("own")], {
      label: "Template",
      help: "What the other side expects: a card of Teams workflows, ntfy, a plain SMS gateway, or your own JSON.",
      choices: { teams: "Teams", ntfy: "ntfy", sms: "SMS gateway", own: "own" },
      default: "teams",
      section: WEBHOOK,
    }),
    webhookUrl: Type.Optional(
      Type.String({ label: "Address", help: "Kept as a credential, because who knows it can send.", secret: true, section: WEBHOOK }),
    ),
    webhookToken: Type.Optional(
      Type.String({
        label: "Token",
        help: "Sent as `Authorization: Bearer`, where the other side asks for one.",
        secret: true,
        section: WEBHOOK,
      }),
    ),
    template: Type.Optional(
      Type.String({
        label: "Own template",
        help: "JSON with `{{to}}`, `{{subject}}`, `{{text}}`, `{{priority}}`, `{{urgency}}` (5 to 2), `{{count}}`, `{{asset}}`, `{{link}}` in its texts.",
        widget: "multiline",
        maxLength: 20000,
        placeholder: '{ "to": "{{to}}", "text": "{{subject}}" }',
        section: WEBHOOK,
      }),
    ),
    plainHttp: Type.Boolean({
      label: "Allow http",
      help: "For a gateway inside the plant that has no certificate.",
      default: false,
      advanced: true,
    }),
    gatherSeconds: Type.Number({
      label: "Gather for",
      help: "Alarms within so long of the first share its message.",
      unit: "s",
      minimum: 0,
      maximum: 600,
      default: 10,
      advanced: true,
    }),
    quietSeconds: Type.Number({
      label: "Quiet after a message",
      help: "Alarms that are not more serious wait for so long and share the next message.",
      unit: "s",
      minimum: 0,
      maximum: 3600,
      default: 120,
      advanced: true,
    }),
    giveUpMinutes: Type.Number({
      label: "Try for",
      help: "A message that cannot be delivered for so long is recorded as failed.",
      unit: "min",
      minimum: 1,
      maximum: 1440,
      default: 120,
      advanced: true,
    }),
  }),
  texts: {
    noRecipients: "nobody to tell: add recipients",
    noMail: "A row is told by mail, but there is no mail relay or no sender.",
    noWebhook: "A row is told by webhook: __fault__",
    noAddress: "The address of the webhook is missing.",
    twice: "Two rows have the name __name__. Give each its own.",
    noMailAddress: "The row __name__ needs a mail address.",
    unknownShift: "No calendar of the plant has a shift __shift__ (row __name__).",
    idle: "__count__ recipients, nothing to tell",
    waiting: "__alarms__ alarms to acknowledge, __messages__ messages waiting",
    failing: "not delivered: __detail__",
    critical: "CRITICAL",
    high: "HIGH",
    medium: "medium",
    low: "low",
    many: "__count__ alarms: __first__",
    more: "and __count__ more",
    limit: "limit __limit__",
    again: "annunciated again __count__ ×",
    unacknowledged: "Nobody has acknowledged for __minutes__ min.",
    testSubject: "Test of notifications",
    testText: "This is a test of twin-notify. Nothing has happened in the plant.",
    test: "Test",
    testNow: "Send a test",
    sending: "Sending …",
    delivered: "delivered",
    deploy: "Deploy this node first, then test.",
    role: "A test needs a sign-in with the role engineer, supervisor or ot-admin.",
    away: "Node-RED does not answer.",
  },
});
