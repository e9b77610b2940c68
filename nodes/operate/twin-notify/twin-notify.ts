import { setTimeout as pause } from "node:timers/promises";
import type { Person } from "../../../core/govern/identity/index.ts";
import { ALARM_STATE, openAlarms } from "../../../core/operate/alarm/index.ts";
import {
  compose,
  type Delivery,
  type NotificationSentEvent,
  Notifier,
  type NotifierState,
  type Outgoing,
  type SendOutcome,
  type Words,
} from "../../../core/operate/notification/index.ts";
import type { HistorianService } from "../../connect/twin-historian/historian-service.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import { channelsOf, recipientsOf, shiftsAt } from "./channels.ts";
import { endpoints, type NotifyControl, type TestResult } from "./endpoints.ts";
import declaration from "./twin-notify.node.ts";

const STEP_EVERY = 1_000;
const RETRY_AFTER = 5_000;
const AT_ONCE = 4;
/** Attempts that are under way at a close are waited for, as far as Node-RED lets a node. */
const CLOSING_MS = 8_000;

export default defineNode(
  declaration,
  async (node) => {
    const { config } = node;
    const plant = node.api<PlantService>(config.plant, "twin-plant");
    const storage = node.api<HistorianService>(config.historian, "twin-historian");
    const author = `node:twin-notify:${node.id}`;
    const root = `${plant.model.enterprise}.${plant.model.site}`;
    const recipients = recipientsOf(node, plant.model);
    const channels = channelsOf(node, recipients);
    const options = {
      recipients,
      gatherMs: config.gatherSeconds * 1000,
      quietMs: config.quietSeconds * 1000,
      giveUpMs: config.giveUpMinutes * 60_000,
      display: () => plant.model.display,
      // A place of its own in the ledger: two nodes may send in the same millisecond.
      asset: `${root}.notify-${node.id.replaceAll(/[^A-Za-z0-9_-]/g, "-").slice(0, 50)}`,
    };
    const saved = await node.snapshot.read<NotifierState>();
    const notifier = new Notifier(options, saved?.version === 1 ? saved : undefined);
    const underWay = new Map<number, Promise<void>>();
    let failing: string | undefined;
    let heard = true;

    const words: Words = {
      priority: (priority) => node.text(priority),
      equipment: (asset) => plant.model.equipment.get(asset)?.label ?? asset,
      clock: (instant) =>
        new Intl.DateTimeFormat("en-GB", { timeZone: plant.model.zone, dateStyle: "short", timeStyle: "medium" }).format(instant),
      many: (count, first) => node.text("many", { count, first }),
      more: (count) => node.text("more", { count }),
      limit: (limit) => node.text("limit", { limit }),
      again: (count) => node.text("again", { count }),
      unacknowledged: (minutes) => node.text("unacknowledged", { minutes }),
      link: config.link ?? "",
    };

    function outgoing({ created, recipient, alarms, more, escalatedMs }: Delivery): Outgoing {
      const { subject, text, priority } = compose(alarms, more, escalatedMs, words);
      const asset = alarms[0]?.asset ?? root;
      return {
        id: `${node.id}-${created}`,
        to: recipient.address,
        subject,
        text,
        priority,
        count: alarms.length + more,
        asset,
        link: words.link,
      };
    }

    async function record(events: readonly NotificationSentEvent[], by = author): Promise<void> {
      if (events.length === 0) return;
      const { rejects } = await storage.state(events, { author: by, reason: "Notification" });
      if (rejects.length > 0) node.log.error(`A notification was not recorded: ${rejects[0]?.message ?? ""}`);
      node.send({ sent: events.map(({ data }) => ({ topic: data.recipient, payload: data })) });
    }

    async function attempt(delivery: Delivery): Promise<void> {
      const channel = channels[delivery.recipient.channel];
      const outcome: SendOutcome =
        channel === undefined
          ? { ok: false, permanent: true, detail: `There is no ${delivery.recipient.channel} here any more.` }
          : await channel.send(outgoing(delivery));
      failing = outcome.ok ? undefined : outcome.detail;
      const said = notifier.attempted(delivery.created, outcome, node.now());
      await record(said === undefined ? [] : [said]);
      await node.snapshot.write(notifier.state());
      show();
    }

    let stepping = false;
    async function step(): Promise<void> {
      if (stepping) return;
      stepping = true;
      try {
        const now = node.now();
        const { withdrawn, changed } = notifier.tick(now, shiftsAt(plant.model, now));
        // On disk before it is sent: after a kill it is sent again rather than never.
        if (changed || heard) await node.snapshot.write(notifier.state());
        heard = false;
        await record(withdrawn);
        for (const delivery of notifier.due(now)) {
          if (underWay.size >= AT_ONCE || node.closing.aborted) break;
          if (underWay.has(delivery.created)) continue;
          const trying = attempt(delivery).finally(() => underWay.delete(delivery.created));
          underWay.set(delivery.created, trying);
          node.guard(() => trying)();
        }
        show();
      } finally {
        stepping = false;
      }
    }

    function show(): void {
      const [alarms, messages] = [notifier.waiting, notifier.undelivered];
      if (recipients.length === 0) node.status("idle", node.text("noRecipients"));
      else if (failing !== undefined) node.status("fault", node.text("failing", { detail: failing }));
      else if (alarms + messages > 0) node.status("ok", node.text("waiting", { alarms, messages }));
      else node.status("ok", node.text("idle", { count: recipients.length }));
    }

    async function test(by: Person): Promise<readonly TestResult[]> {
      return Promise.all(
        recipients.map(async (recipient) => {
          const created = notifier.instant(node.now());
          const [subject, text] = [node.text("testSubject"), node.text("testText")];
          const message = {
            id: `${node.id}-${created}`,
            to: recipient.address,
            subject,
            text,
            priority: "low",
            count: 0,
            asset: root,
            link: words.link,
          } as const;
          const outcome = (await channels[recipient.channel]?.send(message)) ?? { ok: false, permanent: true, detail: "" };
          const delivery = { created, recipient, alarms: [], more: 0, escalatedMs: 0, attempts: 1, due: created, detail: outcome.detail };
          const said = notifier.statement(delivery, outcome.ok ? "delivered" : "failed", outcome.detail, node.now(), { subject });
          await record([said], by.name);
          return { recipient: recipient.name, ok: outcome.ok, detail: outcome.detail };
        }),
      );
    }

    const unsubscribe = storage.subscribe(
      node.guard((entries) => {
        for (const entry of entries) if (entry.kind === ALARM_STATE) notifier.hear(entry);
        heard = true;
      }),
    );

    /** What happened while this node was not there is in the ledger. */
    async function read(): Promise<void> {
      try {
        const now = node.now();
        notifier.reconcile(await openAlarms(storage.ledger, now));
        node.every(STEP_EVERY, step);
        await step();
      } catch (error) {
        node.status("degraded", (error as Error).message);
        node.after(RETRY_AFTER, read);
      }
    }
    await read();
    show();

    const api: NotifyControl = { test };
    return {
      api,
      async onClose() {
        unsubscribe();
        await Promise.race([Promise.allSettled(underWay.values()), pause(CLOSING_MS, undefined, { ref: false })]);
      },
    };
  },
  endpoints,
);
