/** `npm start`: the demo site, until Ctrl-C. */
import { parseSiteArgs, SITE_USAGE, type SiteArguments } from "../settings/arguments.ts";
import { type DemoSite, startDemoSite } from "../settings/demo-site.ts";

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

let args: SiteArguments;
try {
  args = parseSiteArgs(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n\n${SITE_USAGE}`);
  process.exit(2);
}
if (args.help) {
  say(SITE_USAGE);
  process.exit(0);
}

const started = Date.now();
const starting = startDemoSite({ ...args, say });
let stopping = false;
const stop = (): void => {
  if (stopping) return;
  stopping = true;
  say("\nStopping …");
  starting
    .then((site) => site.stop())
    .catch(() => {}) // a site that failed to start has already said why
    .finally(() => {
      say("Stopped.");
      process.exit(0);
    });
};
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
process.on("SIGHUP", stop);

say("Starting the demo site …");
let site: DemoSite;
try {
  site = await starting;
} catch (error) {
  process.stderr.write(`The demo site did not start: ${(error as Error).message}\n`);
  process.exit(1);
}
say(`
Twinline is running (${((Date.now() - started) / 1000).toFixed(0)} s).

  Boards     ${site.urls.boards}
  Editor     ${site.urls.editor}
  Sign-in    ${site.signIn}

  Plant      ${site.urls.opcua}   bottling line 1, from ${new Date(site.plantFrom).toISOString()} at ${args.speed} × until it reaches the present
  Historian  ${site.historian}
  Files      ${site.dir}

Ctrl-C stops it.
`);
