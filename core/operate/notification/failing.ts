/** Which ways out of the plant fail at present: mail that works does not hide a webhook that is dead. */
import type { Recipient } from "./recipient.ts";
import type { SendOutcome } from "./sent-event.ts";

/** A way that fails; `recipient` where it fails for one of them alone. */
export interface FailingWay {
  readonly channel: Recipient["channel"];
  readonly recipient: string | null;
  readonly detail: string;
}

/** Kept in memory: after a restart a way fails anew where it still does. */
export class FailingWays {
  readonly #channels = new Map<Recipient["channel"], FailingWay>();
  readonly #recipients = new Map<string, FailingWay>();

  /** In the order in which they began to fail. */
  get all(): readonly FailingWay[] {
    return [...this.#channels.values(), ...this.#recipients.values()];
  }

  attempted({ name, channel }: Pick<Recipient, "name" | "channel">, outcome: SendOutcome): void {
    // A mailbox that does not exist fails for itself; a relay or a gateway that is away fails for everybody behind it.
    if (!outcome.ok && outcome.permanent) this.#recipients.set(name, { channel, recipient: name, detail: outcome.detail });
    else if (!outcome.ok) this.#channels.set(channel, { channel, recipient: null, detail: outcome.detail });
    else {
      this.#channels.delete(channel);
      this.#recipients.delete(name);
    }
  }
}
