/** What the sheet of an alarm says of who was told, per language. */
import { language } from "./terminal-texts.ts";

const EN = {
  told: "Who was told",
  reading: "…",
  unread: "Who was told cannot be read now.",
  nobody: "Nobody has been sent a message about it.",
  untold: "Nobody was on call",
  cut: "There is more than can be shown.",
  channel: { mail: "by mail", webhook: "by webhook" },
  outcome: {
    delivered: "delivered",
    retrying: "not delivered yet",
    failed: "not delivered",
    withdrawn: "not sent: somebody had acknowledged it",
  },
  attempts: "__n__ attempts",
  escalated: "escalation: unacknowledged for __n__",
};
type Texts = typeof EN;

const DE: Texts = {
  told: "Wer benachrichtigt wurde",
  reading: "…",
  unread: "Wer benachrichtigt wurde, lässt sich jetzt nicht lesen.",
  nobody: "Niemand hat dazu eine Nachricht bekommen.",
  untold: "Niemand hatte Bereitschaft",
  cut: "Es gibt mehr, als gezeigt werden kann.",
  channel: { mail: "per Mail", webhook: "per Webhook" },
  outcome: {
    delivered: "zugestellt",
    retrying: "noch nicht zugestellt",
    failed: "nicht zugestellt",
    withdrawn: "nicht gesendet: Es war schon quittiert",
  },
  attempts: "__n__ Versuche",
  escalated: "Eskalation: unquittiert seit __n__",
};

export function toldTexts(): Texts {
  return language() === "de" ? DE : EN;
}
