/** A server-sent event stream to one page: heartbeats, and no more in memory than the connection takes. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { BoardServer, Outlet, PanelMessage, View } from "../../core/see/board/index.ts";

export interface StreamOptions {
  readonly server: BoardServer;
  readonly view: View;
  readonly now: () => number;
  /** Asked at every heartbeat; false ends the stream (signed out, account removed). */
  readonly mayStay: () => Promise<boolean>;
  /** Called once at the end. */
  readonly ended: () => void;
}

export const HEARTBEAT_MS = 15_000;
/** A page that takes nothing for so long is gone. */
const PATIENCE_MS = 60_000;

/** Answers false when the server has no room. */
export function stream(request: IncomingMessage, response: ServerResponse, options: StreamOptions): boolean {
  let fullSince: number | undefined;
  const outlet: Outlet = { send: (message: PanelMessage) => write("panel", message) };
  const write = (event: string, data: unknown): boolean => {
    const room = response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (!room) fullSince ??= options.now();
    return room;
  };
  response.on("error", () => response.destroy());
  // Opening sends what is known at once; the head must be out before that.
  const begin = (): void => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no" });
    write("clock", { now: options.now(), retry: 0 });
  };
  const held: PanelMessage[] = [];
  let begun = false;
  const viewer = options.server.open(options.view, {
    send: (message) => {
      if (begun) return outlet.send(message);
      held.push(message);
      return true;
    },
  });
  if (!viewer) return false;
  begin();
  begun = true;
  for (const message of held) outlet.send(message);

  const heartbeat = setInterval(() => {
    if (fullSince !== undefined) {
      if (options.now() - fullSince > PATIENCE_MS) response.destroy();
      return;
    }
    options.mayStay().then(
      (stays) => (stays ? write("clock", { now: options.now() }) : end("signed-out")),
      () => end("signed-out"),
    );
  }, HEARTBEAT_MS);
  heartbeat.unref();
  const end = (event: string): void => {
    write(event, {});
    response.end();
  };
  response.on("drain", () => {
    fullSince = undefined;
    viewer.resume();
  });
  let over = false;
  const close = (): void => {
    if (over) return;
    over = true;
    clearInterval(heartbeat);
    viewer.close();
    options.ended();
  };
  response.on("close", close);
  request.on("close", close);
  return true;
}
