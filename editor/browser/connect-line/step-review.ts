/** Step 5: the files that the decisions give, what they change, and their application. */
import { ask } from "./asking.ts";
import { changeView } from "./change-view.ts";
import { decided } from "./decided.ts";
import { labelled, made, pressable, typedIn, upload, withProgress } from "./parts.ts";
import type { Proposed, Staged } from "./shapes.ts";
import { say } from "./words.ts";
import type { Step, Wizard } from "./wizard.ts";

export const reviewStep: Step = {
  name: "review",
  lacks: ({ applied }) => (applied ? "" : say("lacksApplied")),
  show: async (host, wizard) => {
    const { draft } = wizard;
    const { rawNames } = await ask<Proposed>("POST", "propose", { plant: draft.plant, server: draft.visit });
    const planned = made("div");
    const plan = async (): Promise<void> => {
      const body = {
        plant: draft.plant,
        server: draft.visit,
        decisions: decided(draft, (address) => rawNames[address] ?? "tag"),
        ...(draft.editedSheet === undefined ? {} : { sheet: draft.editedSheet }),
      };
      const staged = await withProgress(planned, () => say("comparing"), ask<Staged>("POST", "plan", body));
      planned.replaceChildren(changeView(staged), applyForm(wizard, staged));
    };
    const edited = upload(
      "upload-sheet",
      say("uploadSheet"),
      (_name, text) => {
        draft.editedSheet = text;
        return wizard.attempt(plan);
      },
      (sentence) => wizard.tell(sentence),
    );
    const sheetRow = made("div", { class: "tw-cl-buttons" }, edited);
    if (draft.editedSheet !== undefined)
      sheetRow.append(
        pressable("drop-sheet", say("dropSheet"), () => {
          draft.editedSheet = undefined;
          return wizard.attempt(plan);
        }),
      );
    host.append(made("p", { class: "tw-cl-lead" }, say("reviewLead")));
    if (draft.applied) {
      host.append(made("p", { class: "tw-cl-good" }, say("appliedAlready")));
      return;
    }
    host.append(planned, sheetRow, made("p", { class: "tw-cl-hint" }, say("sheetHint")));
    await plan();
  },
};

function applyForm(wizard: Wizard, staged: Staged): HTMLElement {
  const { draft } = wizard;
  const blocked = staged.staged === undefined || (staged.missing ?? []).some(({ blocks }) => blocks);
  return applying(
    wizard,
    staged,
    blocked,
    say("defaultReason", { line: draft.line, server: draft.server.name || draft.server.url }),
    () => {
      draft.applied = true;
      wizard.offerNext();
    },
  );
}

/** A reason and the button that applies; signed by whoever is signed in. */
export function applying(
  teller: Pick<Wizard, "attempt">,
  staged: Staged,
  blocked: boolean,
  suggested: string,
  done: () => void,
): HTMLElement {
  let reason = suggested;
  const form = made("div", { class: "tw-cl-apply" });
  const field = typedIn(reason, (value) => (reason = value), { "data-field": "reason", maxlength: "500" });
  const apply = pressable(
    "apply",
    say("apply"),
    async () => {
      const revision = await teller.attempt(() =>
        ask<{ number: number; author: string }>("POST", "apply", {
          staged: staged.staged ?? "",
          reason: reason.trim() || suggested || say("noReason"),
        }),
      );
      if (revision === undefined) return;
      form.replaceChildren(made("p", { class: "tw-cl-good", role: "status" }, say("applied", { ...revision })));
      done();
    },
    true,
  );
  if (blocked) form.append(made("p", { class: "tw-cl-bad" }, say("blocked")));
  else form.append(labelled(say("reason"), field, say("reasonHint")), apply);
  return form;
}
