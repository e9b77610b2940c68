/**
 * The editor opens a node that an older release saved: it asks here for the values in today's form. Nothing of the plant
 * passes through, the answer depends on the request alone; whoever may deploy may ask.
 */
import type { Request, Response } from "express";
import type { NodeAPI } from "node-red";
import { migrate } from "./configuration.ts";
import type { NodeDeclaration } from "./declaration.ts";
import { sentence } from "./guard.ts";

export function serveMigration(RED: NodeAPI, declaration: NodeDeclaration): void {
  const app = RED.httpAdmin as NodeAPI["httpAdmin"] | null;
  if (app === null || declaration.version === 1) return;
  app.post(`/twinline/kit/migrate/${declaration.type}`, RED.auth.needsPermission("flows.write"), (request: Request, response: Response) => {
    const body: unknown = request.body;
    const saved = typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {};
    try {
      const migrated = migrate(declaration, saved);
      if (typeof migrated === "string") response.status(409).json({ code: "TOO_NEW", message: migrated });
      else response.json(migrated.config);
    } catch (error) {
      response.status(400).json({ code: "BAD_REQUEST", message: `These values cannot be brought up to date: ${sentence(error)}` });
    }
  });
}
