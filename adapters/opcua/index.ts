/**
 * OPC UA client: `new OpcUaEndpoint({url, …})`, then `subscribe(request, listener)`. One session per server, reopened
 * when lost; gaps are marked, filled from history and never look like live data; certificates are trusted by people.
 */
export { isNodeId } from "./address.ts";
export type { ResumeState } from "./continuity.ts";
export { type EndpointOptions, type EndpointState, OpcUaEndpoint } from "./endpoint.ts";
export type { Feed, FeedListener, FeedRequest, FeedStats } from "./feed.ts";
export type { RefusedNode } from "./items.ts";
export { type CertificateStatus, CertificateTrust, certificateStore, UntrustedCertificate } from "./trust.ts";
export type { SurveyedNode, SurveyOptions, SurveyProgress } from "./survey.ts";
