/**
 * Local accounts: `new LocalAccounts(file)` is the identity port, `createAccount` and `changeAccount` edit the file,
 * `nodeRedAdminAuth(identity)` signs people in to the editor, `Sessions` keeps sign-ins of board pages.
 */
export { changeAccount, createAccount, type AccountChange, type NewAccount } from "./change.ts";
export { LocalAccounts } from "./local-accounts.ts";
export { nodeRedAdminAuth, nodeRedPermissions, type NodeRedAdminAuth } from "./node-red.ts";
export { Sessions, type SessionLimits } from "./sessions.ts";
export type { ScryptCost } from "./password.ts";
