/** The real servers and the browser that tests run against, from Debian's packages. */
import { spawnSync } from "node:child_process";
import { findProgram } from "../settings/programs.ts";

export interface Component {
  readonly name: string;
  readonly binary: string;
  readonly debian: string;
  readonly usedFor: string;
}

export const COMPONENTS: readonly Component[] = [
  { name: "InfluxDB", binary: "influxd", debian: "influxdb", usedFor: "historian tests and proofs" },
  { name: "Mosquitto", binary: "mosquitto", debian: "mosquitto", usedFor: "MQTT input tests" },
  { name: "Chromium", binary: "chromium", debian: "chromium", usedFor: "editor and board tests" },
];

/** Installs what is missing when that is possible; otherwise says the exact command. Returns what is still missing. */
export function readyComponents(say: (line: string) => void): readonly Component[] {
  const missing = COMPONENTS.filter((component) => !findProgram(component.binary));
  if (missing.length === 0) return [];
  const packages = missing.map((component) => component.debian).join(" ");
  const command = `apt-get update && apt-get install -y --no-install-recommends ${packages}`;
  for (const component of missing) say(`${component.name} is not installed (needed for ${component.usedFor}).`);
  if (process.getuid?.() === 0 && findProgram("apt-get")) {
    say(`Installing it: ${command}`);
    // A package must not start a service on the machine of whoever runs the tests.
    const script = `set -e
      policy=/usr/sbin/policy-rc.d; made=0
      if [ ! -e "$policy" ]; then printf '#!/bin/sh\\nexit 101\\n' > "$policy"; chmod +x "$policy"; made=1; fi
      trap '[ $made = 0 ] || rm -f "$policy"' EXIT
      export DEBIAN_FRONTEND=noninteractive
      apt-get update -q && apt-get install -y -q --no-install-recommends ${packages}`;
    const run = spawnSync("sh", ["-c", script], { encoding: "utf8" });
    if (run.status !== 0) say(`Installing failed:\n${`${run.stdout}${run.stderr}`.slice(-2000)}`);
  } else {
    say(`As root, run: ${command}`);
  }
  return missing.filter((component) => !findProgram(component.binary));
}
