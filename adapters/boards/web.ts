/** Small parts of HTTP that the viewer needs: headers, cookies, forms, origin. */
import type { IncomingMessage } from "node:http";

/** No scripts or styles but our own files, no framing, no requests to anywhere else. */
export const HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  // Not "no-referrer": browsers would then send `Origin: null` with our own forms.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
};

const LARGEST_FORM = 8_192;

export function cookieOf(request: IncomingMessage, name: string): string | undefined {
  const cookies = (request.headers.cookie ?? "").slice(0, 8_192).split(";");
  const found = cookies.map((cookie) => cookie.trim()).find((cookie) => cookie.startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

/** Browsers say where a form comes from; other programs hold no cookie that could be abused. */
export function sameOrigin(request: IncomingMessage): boolean {
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host;
}

/** Undefined when the form is larger than any real one. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const text = await readText(request);
  return text === undefined ? undefined : new URLSearchParams(text);
}

export function isJson(request: IncomingMessage): boolean {
  return /^application\/json(\s*;|$)/i.test(request.headers["content-type"] ?? "");
}

/** What a body says as JSON, or a sentence. */
export async function readJson(
  request: IncomingMessage,
  largest = LARGEST_FORM,
): Promise<{ readonly value: unknown } | { readonly fault: string }> {
  const text = await readText(request, largest);
  if (text === undefined) return { fault: `The body is longer than ${largest} bytes.` };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { fault: "The body is not JSON." };
  }
}

/** How long ago a page says that its screen was touched, ms; null where it does not say so. */
export function touchedOf(url: URL): number | null {
  const touched = url.searchParams.get("touched") ?? "";
  return /^\d{1,9}$/.test(touched) ? Number(touched) : null;
}

/** A path below the viewer to return to after sign-in; never another site. */
export function localPath(to: string | null): string {
  return to !== null && /^\/[a-z][a-z0-9-]*(\/[A-Za-z0-9_.-]+){0,2}(\?[\w=&.%-]*)?$/.test(to) ? to : "";
}

async function readText(request: IncomingMessage, largest = LARGEST_FORM): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
