/** One OPC UA server: one secure channel and one session, shared by all feeds, reopened when it is lost. */
import type { ClientSession, OPCUAClient, UserIdentityInfo } from "node-opcua-client";
import { type BrowseEntry, childrenOf } from "./browse.ts";
import { Feed, type FeedListener, type FeedRequest } from "./feed.ts";
import type { Connection } from "./items.ts";
import { type OpcUaLibrary, loadOpcUa } from "./library.ts";
import { beforePlainPassword, PlainPassword } from "./password.ts";
import { type SurveyedNode, type SurveyOptions, survey } from "./survey.ts";
import { APPLICATION_URI, CertificateTrust, UntrustedCertificate } from "./trust.ts";

export const SECURITY_MODES = ["None", "Sign", "SignAndEncrypt"] as const;
export type SecurityModeName = (typeof SECURITY_MODES)[number];
export const SECURITY_POLICIES = ["Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"] as const;
export type SecurityPolicyName = (typeof SECURITY_POLICIES)[number];

export interface EndpointOptions {
  /** `opc.tcp://host:port[/path]` */
  readonly url: string;
  readonly securityMode: SecurityModeName;
  /** Ignored for mode None. */
  readonly securityPolicy: SecurityPolicyName;
  /** Absent: anonymous. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Sends the password readable when the server takes it no other way; otherwise the sign-in is refused. False by default. */
  readonly plainPassword?: boolean;
  /** Directory for this installation's own key and certificate and the trust lists; one store may serve many endpoints. */
  readonly pkiDir: string;
  readonly now?: () => number;
  /** Waits between attempts to connect, ms: first and longest. */
  readonly backoffMs?: { readonly first: number; readonly longest: number };
}

export type EndpointState =
  | { readonly word: "idle" | "connecting" | "closed" }
  /** With a warning about what everybody on the network can see. */
  | { readonly word: "connected"; readonly warning?: string }
  /** `untrusted` and `refused` need a person; `lost` heals by itself. All are tried again. */
  | { readonly word: "untrusted" | "refused" | "lost"; readonly message: string };

interface OpenConnection extends Connection {
  readonly client: OPCUAClient;
  /** SHA-256 fingerprint of the server's certificate, null for mode None. */
  readonly certificate: string | null;
  readonly plainPassword: boolean;
}

const APPLICATION = "Twinline";
const CONNECT_TIMEOUT_MS = 10_000;
const WATCH_MS = 2000;
const JOIN_AGAIN_MS = 2000;

export class OpcUaEndpoint {
  readonly trust: CertificateTrust;
  readonly #options: EndpointOptions;
  readonly #now: () => number;
  readonly #feeds = new Set<Feed>();
  readonly #listeners = new Set<(state: EndpointState) => void>();
  #state: EndpointState = { word: "idle" };
  #connection: OpenConnection | null = null;
  #running: Promise<void> | null = null;
  #wake: (() => void) | null = null;
  #watchdog: NodeJS.Timeout | null = null;
  #closed = false;
  #lastFault = "";

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.trust = new CertificateTrust(options.pkiDir, this.#now, (sha256) => {
      if (this.#connection?.certificate === sha256) this.#lost("The server's certificate is not trusted any more");
    });
  }

  get state(): EndpointState {
    return this.#state;
  }

  /** The last fault inside a callback of the library or a listener; for diagnosis. */
  get lastFault(): string {
    return this.#lastFault;
  }

  /** Calls `listener` on every change of state; returns how to stop. */
  watch(listener: (state: EndpointState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Starts delivering; connects when this is the first feed. End it with `release`. */
  subscribe(request: FeedRequest, listener: FeedListener): Feed {
    if (this.#closed) throw new Error("This OPC UA endpoint is closed");
    const feed = new Feed(request, listener, this.#now, this.#fault);
    this.#feeds.add(feed);
    if (this.#connection) this.#join(feed, this.#connection).catch(this.#fault);
    else this.#start();
    return feed;
  }

  async release(feed: Feed): Promise<void> {
    this.#feeds.delete(feed);
    await feed.detach();
    if (this.#feeds.size === 0) await this.#disconnect({ word: "idle" });
  }

  /** Children of a node for the editor; connects for the moment when nothing else is connected. Throws a sentence. */
  async browse(address: string): Promise<readonly BrowseEntry[]> {
    return this.#visit((connection) => childrenOf(connection.library, connection.session, connection.namespaces, address));
  }

  /**
   * All that is known of every variable below `start` (as in a `BrowseRequest`) whose path matches `include`. Connects
   * for the moment when nothing else is connected. Throws a sentence, or the signal's reason when it is aborted.
   */
  async survey(start: string, include?: string, options: SurveyOptions = {}): Promise<readonly SurveyedNode[]> {
    const request = include === undefined ? { start } : { start, include };
    return this.#visit((connection) => survey(connection, request, options));
  }

  /** Trusts a listed certificate by fingerprint and tries again at once. */
  async trustCertificate(fingerprint: string): Promise<boolean> {
    const done = await this.trust.trust(fingerprint);
    if (done) this.#wake?.();
    return done;
  }

  /** Leaves no handle behind. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const feed of this.#feeds) await feed.detach();
    this.#feeds.clear();
    await this.#disconnect({ word: "closed" });
    await this.trust.close();
    this.#listeners.clear();
  }

  /** On the shared connection, or on one of its own for the moment. */
  async #visit<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#connection) return work(this.#connection);
    const own = await this.#open();
    try {
      return await work(own);
    } finally {
      await shut(own.client, own.session);
    }
  }

  #start(): void {
    this.#running ??= this.#run()
      .catch(this.#fault)
      .finally(() => {
        this.#running = null;
        // A feed may have come while the loop was ending.
        if (!this.#connection && this.#feeds.size > 0 && !this.#closed) this.#start();
      });
  }

  /** Connects, attaches all feeds, and returns; keeps trying with growing waits until then. */
  async #run(): Promise<void> {
    const { first, longest } = this.#options.backoffMs ?? { first: 500, longest: 15_000 };
    for (let wait = first; !this.#closed && this.#feeds.size > 0; wait = Math.min(2 * wait, longest)) {
      try {
        if (this.#state.word === "idle") this.#become({ word: "connecting" });
        const connection = await this.#open();
        if (this.#closed || this.#feeds.size === 0) return await shut(connection.client, connection.session);
        this.#connection = connection;
        for (const feed of this.#feeds) await this.#attach(feed, connection);
        if (this.#connection === connection) return this.#connected();
      } catch (error) {
        await this.#drop();
        this.#become(explain(error, this.#options));
      }
      // Who closed meanwhile found no pause to end.
      if (!this.#closed && this.#feeds.size > 0) await this.#pause(wait);
    }
  }

  /** Attaches a feed to a connection that others use already: its trouble must not take them down. */
  async #join(feed: Feed, connection: Connection): Promise<void> {
    while (this.#connection === connection && this.#feeds.has(feed)) {
      try {
        await this.#attach(feed, connection);
        if (this.#connection === connection) this.#become(this.#standing);
        return;
      } catch (error) {
        await feed.detach();
        this.#become(explain(error, this.#options));
      }
      await new Promise<void>((resolve) => setTimeout(resolve, JOIN_AGAIN_MS).unref());
    }
  }

  get #standing(): EndpointState {
    if (!this.#connection?.plainPassword) return { word: "connected" };
    const { url, user } = this.#options;
    return { word: "connected", warning: `The password of "${user?.name}" travels to ${url} without encryption` };
  }

  #connected(): void {
    this.#become(this.#standing);
    this.#watchdog = setInterval(() => {
      for (const { silence } of this.#feeds) {
        if (silence && this.#now() - silence.since > silence.allowed) return this.#lost("The server has stopped answering");
      }
    }, WATCH_MS);
    this.#watchdog.unref();
  }

  #attach(feed: Feed, connection: Connection): Promise<void> {
    return feed.attach(connection, () => this.#lost("The server ended the subscription"));
  }

  #lost(message: string): void {
    if (!this.#connection) return;
    const { client, session } = this.#connection;
    this.#connection = null;
    if (this.#watchdog) clearInterval(this.#watchdog);
    this.#become({ word: "lost", message: `${message}; connecting again to ${this.#options.url}` });
    for (const feed of this.#feeds) feed.lose();
    shut(client, session)
      .catch(this.#fault)
      .finally(() => this.#start());
  }

  async #drop(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    if (!connection) return;
    for (const feed of this.#feeds) feed.lose();
    await shut(connection.client, connection.session);
  }

  async #disconnect(state: EndpointState): Promise<void> {
    if (this.#watchdog) clearInterval(this.#watchdog);
    this.#wake?.();
    const connection = this.#connection;
    this.#connection = null;
    if (connection) await shut(connection.client, connection.session);
    await this.#running;
    this.#become(state);
  }

  async #open(): Promise<OpenConnection> {
    const library = await loadOpcUa();
    const { url, user } = this.#options;
    const secure = this.#options.securityMode !== "None";
    const shown = secure ? await this.#serverCertificate(library) : null;
    if (shown) await this.trust.require(shown);
    const client = await this.#client(library, this.#options.securityMode);
    let session: ClientSession | null = null;
    let plainPassword = false;
    try {
      if (user && this.#options.securityMode !== "SignAndEncrypt") {
        beforePlainPassword(client, () => {
          plainPassword = true;
          return this.#options.plainPassword === true ? null : new PlainPassword(url, user.name);
        });
      }
      await within(CONNECT_TIMEOUT_MS, client.connect(url));
      const identity: UserIdentityInfo = user
        ? { type: library.client.UserTokenType.UserName, userName: user.name, password: user.password }
        : { type: library.client.UserTokenType.Anonymous };
      session = await within(CONNECT_TIMEOUT_MS, client.createSession(identity));
      const namespaces = await session.readNamespaceArray();
      // Again, because a person may have withdrawn the trust meanwhile.
      const certificate = shown ? await this.trust.require(shown) : null;
      client.on("connection_lost", () => this.#lostIf(client));
      client.on("close", () => this.#lostIf(client));
      session.on("session_closed", () => this.#lostIf(client));
      return { library, client, session, namespaces, certificate, plainPassword };
    } catch (error) {
      await shut(client, session);
      throw error;
    }
  }

  #lostIf(client: OPCUAClient): void {
    if (this.#connection?.client === client) this.#lost("The connection is lost");
  }

  async #client({ client }: OpcUaLibrary, mode: SecurityModeName): Promise<OPCUAClient> {
    const manager = await this.trust.manager();
    return client.OPCUAClient.create({
      applicationName: APPLICATION,
      clientName: APPLICATION,
      securityMode: client.MessageSecurityMode[mode],
      securityPolicy: mode === "None" ? client.SecurityPolicy.None : client.SecurityPolicy[this.#options.securityPolicy],
      applicationUri: APPLICATION_URI,
      clientCertificateManager: manager,
      certificateFile: this.trust.ownCertificateFile,
      privateKeyFile: manager.privateKey,
      // Reopening is ours: it must mark the gap and fill it, which the library's own repair does not.
      connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 1000 },
      endpointMustExist: false,
      keepSessionAlive: true,
      requestedSessionTimeout: 60_000,
    });
  }

  /** Asks the server without a session which certificate it uses for the wanted mode. */
  async #serverCertificate(library: OpcUaLibrary): Promise<Buffer> {
    const probe = await this.#client(library, "None");
    try {
      await within(CONNECT_TIMEOUT_MS, probe.connect(this.#options.url));
      const endpoints = await probe.getEndpoints();
      const mode = library.client.MessageSecurityMode[this.#options.securityMode];
      const match = endpoints.find((e) => e.securityMode === mode && e.securityPolicyUri?.endsWith(`#${this.#options.securityPolicy}`));
      if (match?.serverCertificate) return match.serverCertificate;
      const offers = endpoints.map(
        (e) => `${library.client.MessageSecurityMode[e.securityMode]} ${e.securityPolicyUri?.split("#")[1] ?? ""}`,
      );
      throw new Error(
        `The server offers no ${this.#options.securityMode} with ${this.#options.securityPolicy}; it offers ${offers.join(", ")}`,
      );
    } finally {
      await shut(probe, null);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }

  #become(state: EndpointState): void {
    this.#state = state;
    for (const listener of this.#listeners) {
      try {
        listener(state);
      } catch (error) {
        this.#fault(error);
      }
    }
  }

  readonly #fault = (error: unknown): void => {
    this.#lastFault = error instanceof Error ? error.message : String(error);
  };
}

function explain(error: unknown, { url, user }: EndpointOptions): EndpointState {
  if (error instanceof UntrustedCertificate) return { word: "untrusted", message: error.message };
  if (error instanceof PlainPassword) return { word: "refused", message: error.message };
  const text = error instanceof Error ? error.message : String(error);
  if (/BadIdentityTokenRejected|BadUserAccessDenied|BadIdentityTokenInvalid|anonymous/i.test(text)) {
    const who = user ? `the user "${user.name}" or the password` : "anonymous sign-in";
    return { word: "refused", message: `${url} refuses ${who}` };
  }
  if (text.startsWith("The server offers no") || text.startsWith("browse:")) return { word: "refused", message: text };
  if (/ECONNREFUSED/.test(text)) return { word: "lost", message: `No OPC UA server answers at ${url}` };
  return { word: "lost", message: `${url}: ${text.split("\n")[0] ?? ""}` };
}

/** Ends session and channel; a dead server must not hold us up. */
async function shut(client: OPCUAClient, session: ClientSession | null): Promise<void> {
  client.removeAllListeners("connection_lost");
  client.removeAllListeners("close");
  await within(2000, session ? session.close(true) : Promise.resolve()).catch(() => undefined);
  await within(3000, client.disconnect()).catch(() => undefined);
}

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}
