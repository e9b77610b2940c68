/** PackML as the demo machines number it (OPC 30050, PackML companion specification, state numbers). */
export const State = {
  Clearing: 1,
  Stopped: 2,
  Starting: 3,
  Idle: 4,
  Suspended: 5,
  Execute: 6,
  Stopping: 7,
  Aborting: 8,
  Aborted: 9,
  Holding: 10,
  Held: 11,
  Unholding: 12,
  Suspending: 13,
  Unsuspending: 14,
  Resetting: 15,
  Completing: 16,
  Complete: 17,
} as const;
export type State = (typeof State)[keyof typeof State];

/** Unit modes; 4 is this plant's own, as TR88 allows above 3. */
export const Mode = { Production: 1, Changeover: 4 } as const;
export type Mode = (typeof Mode)[keyof typeof Mode];

/** What the controller reports as `StopReason`, with the words for the ground truth. */
export interface StopCause {
  readonly code: number;
  readonly text: string;
}
export const RUNNING: StopCause = { code: 0, text: "" };
export const CHANGEOVER: StopCause = { code: 6, text: "Changeover" };
export const BREAK: StopCause = { code: 8, text: "Break" };
export const NO_SHIFT: StopCause = { code: 9, text: "No shift" };
export const STARVED: StopCause = { code: 0, text: "Starved" };
export const BLOCKED: StopCause = { code: 0, text: "Blocked" };
export const ORDER_DONE: StopCause = { code: 9, text: "Order complete" };

/** How long a transient state lasts, ms. States that are missing last until something happens. */
export const TRANSIENT_MS: Readonly<Partial<Record<State, number>>> = {
  [State.Clearing]: 8000,
  [State.Starting]: 5000,
  [State.Idle]: 1500,
  [State.Stopping]: 1800,
  [State.Aborting]: 500,
  [State.Holding]: 400,
  [State.Unholding]: 600,
  [State.Suspending]: 300,
  [State.Unsuspending]: 500,
  [State.Resetting]: 3000,
  [State.Completing]: 1500,
};

/** The state that follows a transient one when it is complete (SC). */
export const NEXT: Readonly<Partial<Record<State, State>>> = {
  [State.Clearing]: State.Stopped,
  [State.Starting]: State.Execute,
  [State.Idle]: State.Starting,
  [State.Stopping]: State.Stopped,
  [State.Stopped]: State.Resetting,
  [State.Aborting]: State.Aborted,
  [State.Aborted]: State.Clearing,
  [State.Holding]: State.Held,
  [State.Held]: State.Unholding,
  [State.Unholding]: State.Execute,
  [State.Suspending]: State.Suspended,
  [State.Unsuspending]: State.Execute,
  [State.Suspended]: State.Unsuspending,
  [State.Resetting]: State.Idle,
  [State.Completing]: State.Complete,
};
