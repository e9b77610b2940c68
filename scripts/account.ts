/**
 * `npm run account -- add NAME --roles engineer,viewer`: the accounts of a site. The password is asked for without echo,
 * or read from standard input when that is no terminal; it is never an argument, where others could see it.
 */
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { AccountFault, LocalAccounts } from "../adapters/accounts/index.ts";
import { ROLES, type Role } from "../core/govern/identity/index.ts";
import { accountsFile } from "../settings/profile.ts";

const USAGE = `npm run account -- add NAME --roles ROLE,… [--label "Full name"] [--scope PATH,…]
npm run account -- remove NAME

  --roles     ${ROLES.join(", ")}
  --scope     equipment paths that the person may see or act on (*)
  --user-dir  Node-RED's user directory (TWINLINE_USER_DIR, .twinline/demo/node-red)

"add" changes an account that exists. The password is asked for; from a script, give it on standard input.
`;

try {
  console.log(await run(process.argv.slice(2)));
} catch (error) {
  const known = error instanceof AccountFault || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS") === true;
  if (!known) throw error;
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exit(2);
}

async function run(args: string[]): Promise<string> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      roles: { type: "string", default: "" },
      label: { type: "string" },
      scope: { type: "string", default: "*" },
      "user-dir": { type: "string", default: process.env["TWINLINE_USER_DIR"] ?? ".twinline/demo/node-red" },
    },
  });
  const [command, name, ...rest] = positionals;
  if (name === undefined || rest.length > 0 || (command !== "add" && command !== "remove")) throw new AccountFault("Say what to do.");
  const file = accountsFile(path.resolve(values["user-dir"]));
  const accounts = LocalAccounts.open(file);
  if (command === "remove") {
    if (!(await accounts.remove(name))) throw new AccountFault(`There is no account "${name}" in ${file}.`);
    return `The account "${name}" is removed from ${file}.`;
  }
  const person = { name, label: values.label ?? name, roles: list(values.roles).map(role), scope: list(values.scope) };
  if (person.roles.length === 0) throw new AccountFault("--roles: name at least one.");
  await accounts.put(person, await password());
  return `The account "${name}" (${person.roles.join(", ")}) is in ${file}.`;
}

function list(text: string): string[] {
  return text.split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
}

function role(text: string): Role {
  const known = ROLES.find((each) => each === text);
  if (known === undefined) throw new AccountFault(`--roles: "${text}" is none of ${ROLES.join(", ")}.`);
  return known;
}

async function password(): Promise<string> {
  if (!process.stdin.isTTY) {
    for await (const line of createInterface({ input: process.stdin })) return line;
    throw new AccountFault("Give the password on standard input.");
  }
  const first = await ask("Password (10 characters or more): ");
  if (first !== (await ask("Once more: "))) throw new AccountFault("The two passwords differ.");
  return first;
}

/** One line from the terminal that nobody sees. */
function ask(question: string): Promise<string> {
  const { stdin, stdout } = process;
  stdin.setRawMode(true).setEncoding("utf8").resume(); // first, or the terminal would show what is typed quickly
  stdout.write(question);
  return new Promise((resolve) => {
    let typed = "";
    const end = (): void => {
      stdin.off("data", take).setRawMode(false).pause();
      stdout.write("\n");
    };
    const take = (text: string): void => {
      for (const character of text) {
        if (character === "\u0003") {
          end();
          process.exit(130);
        } else if (character === "\r" || character === "\n" || character === "\u0004") {
          end();
          return resolve(typed);
        } else if (character === "\u007f" || character === "\b") typed = typed.slice(0, -1);
        else typed += character;
      }
    };
    stdin.on("data", take);
  });
}
