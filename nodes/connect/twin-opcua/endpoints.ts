import type { OpcUaEndpoint } from "../../../adapters/opcua/index.ts";
import { AdminRefusal, type AdminEndpoint, type AdminRequest } from "../../kit/node.ts";

const roles = ["engineer", "ot-admin"] as const;

export const endpoints: readonly AdminEndpoint[] = [
  {
    method: "get",
    path: "opcua/:id/certificates",
    roles,
    handle: async (request, find) => {
      const endpoint = find<OpcUaEndpoint>(request.params["id"] ?? "");
      const { state } = endpoint;
      // The store serves the whole installation; the refusal names the certificate that this server showed.
      const offered = (sha256: string): boolean => "message" in state && state.message.includes(sha256);
      const pending = await endpoint.trust.pending();
      return { state, pending: pending.map((certificate) => ({ ...certificate, offered: offered(certificate.sha256) })) };
    },
  },
  {
    method: "post",
    path: "opcua/:id/certificates/trust",
    roles,
    handle: (request, find) =>
      settle(request, (fingerprint) => find<OpcUaEndpoint>(request.params["id"] ?? "").trustCertificate(fingerprint)),
  },
  {
    method: "post",
    path: "opcua/:id/certificates/reject",
    roles,
    handle: (request, find) => settle(request, (fingerprint) => find<OpcUaEndpoint>(request.params["id"] ?? "").trust.reject(fingerprint)),
  },
  {
    method: "get",
    path: "opcua/:id/browse",
    roles,
    handle: async (request, find) => {
      try {
        return await find<OpcUaEndpoint>(request.params["id"] ?? "").browse(request.query["address"] ?? "");
      } catch (error) {
        throw new AdminRefusal(409, "NOT_CONNECTED", error instanceof Error ? error.message : String(error));
      }
    },
  },
];

async function settle(request: AdminRequest, act: (fingerprint: string) => Promise<boolean>): Promise<{ done: true }> {
  const body = request.body as { fingerprint?: unknown } | null;
  const fingerprint = typeof body?.fingerprint === "string" ? body.fingerprint : "";
  if (!/^[0-9a-fA-F: ]{40,128}$/.test(fingerprint)) {
    throw new AdminRefusal(
      400,
      "BAD_FINGERPRINT",
      "fingerprint: send the SHA-256 or SHA-1 fingerprint of a pending certificate in hexadecimal.",
    );
  }
  if (!(await act(fingerprint))) throw new AdminRefusal(404, "NOT_PENDING", "fingerprint: no such certificate is pending at this server.");
  return { done: true };
}
