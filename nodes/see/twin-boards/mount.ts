/** A path on Node-RED's HTTP server that can be given back: routes of Express cannot be removed, what they call can. */
import type { IncomingMessage, ServerResponse } from "node:http";

/** `base` is the full path of the mount, `rest` the address below it with its query string. */
export type PathHandler = (request: IncomingMessage, response: ServerResponse, base: string, rest: string) => void;

interface MountedRequest extends IncomingMessage {
  readonly baseUrl: string;
}

interface App {
  use(path: string, handler: (request: never, response: ServerResponse, next: () => void) => void): unknown;
}

const mounted = new WeakMap<object, Map<string, PathHandler | undefined>>();

/** Undefined when the path is in use; otherwise the function that gives it back. */
export function mount(app: App, path: string, handler: PathHandler): (() => void) | undefined {
  const paths = mounted.get(app) ?? new Map<string, PathHandler | undefined>();
  mounted.set(app, paths);
  if (paths.get(path) !== undefined) return undefined;
  if (!paths.has(path)) {
    app.use(path, (request: MountedRequest, response, next) => {
      const current = paths.get(path);
      if (current) current(request, response, request.baseUrl, request.url ?? "/");
      else next();
    });
  }
  paths.set(path, handler);
  return () => {
    if (paths.get(path) === handler) paths.set(path, undefined);
  };
}
