export { AccountFault, LocalAccounts } from "./local-accounts.ts";
export { type NodeRedAdminAuth, nodeRedAdminAuth } from "./node-red-auth.ts";
export { type SessionLimits, Sessions } from "./sessions.ts";
