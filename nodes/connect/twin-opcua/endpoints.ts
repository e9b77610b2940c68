import { type CertificateStatus, OpcUaEndpoint } from "../../../adapters/opcua/index.ts";
import { AdminRefusal, type AdminEndpoint, type AdminRequest } from "../../kit/node.ts";

const roles = ["engineer", "ot-admin"] as const;
/** 32 bytes (SHA-256) or 20 (SHA-1), with colons, with spaces, or without either. */
const FINGERPRINT = /^[0-9a-f]{2}(?:[: ]?[0-9a-f]{2}){19}(?:(?:[: ]?[0-9a-f]{2}){12})?$/i;

export const endpoints: readonly AdminEndpoint[] = [
  {
    method: "get",
    path: "opcua/:id/certificates",
    roles,
    handle: async (request, find) => {
      const endpoint = endpointOf(request, find);
      const { state } = endpoint;
      // The store serves the whole installation; the refusal names the certificate that this server showed.
      const offered = (sha256: string): boolean => "message" in state && state.message.includes(sha256);
      const listed = (await endpoint.trust.list()).map((certificate) => ({ ...certificate, offered: offered(certificate.sha256) }));
      const those = (wanted: CertificateStatus): typeof listed => listed.filter(({ status }) => status === wanted);
      return { state, trusted: those("trusted"), rejected: those("rejected"), pending: those("pending") };
    },
  },
  decision("trust", (endpoint, fingerprint) => endpoint.trustCertificate(fingerprint)),
  decision("reject", (endpoint, fingerprint) => endpoint.trust.reject(fingerprint)),
  decision("forget", (endpoint, fingerprint) => endpoint.trust.forget(fingerprint)),
  {
    method: "get",
    path: "opcua/:id/browse",
    roles,
    handle: async (request, find) => {
      const endpoint = endpointOf(request, find);
      try {
        return await endpoint.browse(request.query["address"] ?? "");
      } catch (error) {
        throw new AdminRefusal(409, "NOT_CONNECTED", error instanceof Error ? error.message : String(error));
      }
    },
  },
];

function decision(
  how: "trust" | "reject" | "forget",
  act: (endpoint: OpcUaEndpoint, fingerprint: string) => Promise<boolean>,
): AdminEndpoint {
  return {
    method: "post",
    path: `opcua/:id/certificates/${how}`,
    roles,
    handle: async (request, find) => {
      const endpoint = endpointOf(request, find);
      if (!(await act(endpoint, fingerprintOf(request.body)))) {
        throw new AdminRefusal(404, "NOT_LISTED", "fingerprint: no certificate with this fingerprint is listed. Read the list again.");
      }
      return { done: true };
    },
  };
}

/** Exactly `{fingerprint}`: a misspelt field is refused, never ignored. */
function fingerprintOf(body: unknown): string {
  const given: Readonly<Record<string, unknown>> = typeof body === "object" && body !== null && !Array.isArray(body) ? { ...body } : {};
  const fingerprint = Object.hasOwn(given, "fingerprint") && Object.keys(given).length === 1 ? given["fingerprint"] : undefined;
  if (typeof fingerprint === "string" && FINGERPRINT.test(fingerprint)) return fingerprint;
  throw new AdminRefusal(
    400,
    "BAD_FINGERPRINT",
    "fingerprint: send the SHA-256 or SHA-1 fingerprint of a listed certificate in hexadecimal, and nothing else.",
  );
}

function endpointOf({ params }: AdminRequest, find: <T>(id: string) => T): OpcUaEndpoint {
  const api = find<unknown>(params["id"] ?? "");
  if (api instanceof OpcUaEndpoint) return api;
  throw new AdminRefusal(404, "NOT_FOUND", "There is no such deployed OPC UA server. Deploy first, then try again.");
}
