/**
 * The accounts of a site. The password is asked for without echo, or read from standard input when that is no terminal;
 * it is never an argument, where others could see it.
 */
import path from "node:path";
import { createInterface } from "node:readline";
import { AccountFault, LocalAccounts } from "../adapters/accounts/index.ts";
import { ROLES, type Role } from "../core/govern/identity/index.ts";
import { accountsFile } from "../settings/profile.ts";
import { type Command, Misuse, parsed } from "./command.ts";

const OPTIONS = {
  roles: { type: "string", default: "" },
  label: { type: "string" },
  scope: { type: "string", default: "*" },
  none: { type: "boolean", default: false },
  "user-dir": { type: "string" },
} as const;

export const account: Command = {
  name: "account",
  summary: "adds, changes and removes the people who may sign in",
  usage: `twinline account add NAME --roles ROLE,… [--label "Full name"] [--scope PATH,…]
twinline account remove NAME
twinline account pin NAME [--none]
twinline account badge NAME [--none]

  --roles     ${ROLES.join(", ")}
  --scope     equipment paths that the person may see or act on (*)
  --user-dir  Node-RED's user directory: the folder of the site (TWINLINE_USER_DIR, .)

  --none      takes the PIN or badge away

"add" changes an account that exists. The password is asked for; from a script, give it on standard input. "pin" (4 to 12
digits) and "badge" (6 to 64 characters; scan it) are asked for alike: with them a person identifies at shared terminals,
which are accounts whose only role is "terminal".
`,
  async run(args, { cwd, env, out }) {
    const { values, positionals } = parsed(args, OPTIONS, ["thing to do: add, remove, pin or badge", "account"]);
    const [command, name = ""] = positionals;
    if (command !== "add" && command !== "remove" && command !== "pin" && command !== "badge")
      throw new Misuse(`"${command}" is none of add, remove, pin and badge.`);
    const file = accountsFile(path.resolve(cwd, values["user-dir"] ?? env["TWINLINE_USER_DIR"] ?? "."));
    try {
      const accounts = LocalAccounts.open(file);
      if (command === "remove") {
        if (!(await accounts.remove(name))) throw new Misuse(`There is no account "${name}" in ${file}.`);
        out(`The account "${name}" is removed from ${file}.\n`);
        return 0;
      }
      if (command === "pin" || command === "badge") {
        const word = command === "pin" ? "PIN" : "badge";
        const token = values.none ? null : await secret(command === "pin" ? "PIN (4 to 12 digits)" : "Badge (scan it)");
        await (command === "pin" ? accounts.setPin(name, token) : accounts.setBadge(name, token));
        out(token === null ? `The account "${name}" has no ${word} any more.\n` : `The account "${name}" has a new ${word}.\n`);
        return 0;
      }
      const person = { name, label: values.label ?? name, roles: list(values.roles).map(role), scope: list(values.scope) };
      if (person.roles.length === 0) throw new Misuse("--roles: name at least one.");
      await accounts.put(person, await secret("Password (10 characters or more)"));
      out(`The account "${name}" (${person.roles.join(", ")}) is in ${file}.\n`);
      return 0;
    } catch (error) {
      throw error instanceof AccountFault ? new Misuse(error.message) : error;
    }
  },
};

function list(text: string): string[] {
  return text.split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
}

function role(text: string): Role {
  const known = ROLES.find((each) => each === text);
  if (known === undefined) throw new Misuse(`--roles: "${text}" is none of ${ROLES.join(", ")}.`);
  return known;
}

async function secret(what: string): Promise<string> {
  if (!process.stdin.isTTY) {
    for await (const line of createInterface({ input: process.stdin })) return line;
    throw new Misuse(`${what}: give it on standard input.`);
  }
  const first = await ask(`${what}: `);
  if (first !== (await ask("Once more: "))) throw new Misuse("The two differ.");
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
