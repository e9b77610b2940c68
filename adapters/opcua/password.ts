/** A password that everybody on the way could read is not sent, unless that is allowed on purpose. */
import type { OPCUAClient, UserIdentityInfo } from "node-opcua-client";

/** The server takes the password in clear text only; it was not sent. */
export class PlainPassword extends Error {
  override readonly name = "PlainPassword";
  constructor(url: string, user: string) {
    super(
      `${url} takes the password of "${user}" only without encryption, so it was not sent. Choose the security "sign and encrypt", let the server ask for an encrypted password, or allow "Password without encryption" where nobody can listen.`,
    );
  }
}

interface IdentityToken {
  readonly encryptionAlgorithm?: string | null;
}
type Made = (error: Error | null, made?: { readonly userIdentityToken: IdentityToken | null }) => void;
interface TokenMaker {
  createUserIdentityToken?(context: unknown, identity: UserIdentityInfo, made: Made): void;
}

/**
 * Looks at the token with which this client is about to sign in. What the server asks for (its token policies, its
 * certificate) decides in many ways whether the library encrypts the password, so the result is looked at, not the ways.
 * `plain` returns the fault with which to stop instead of sending, or null to send.
 */
export function beforePlainPassword(client: OPCUAClient, plain: () => Error | null): void {
  const maker = client as unknown as TokenMaker;
  const make = maker.createUserIdentityToken?.bind(maker);
  if (!make) throw new Error("This release of node-opcua-client does not show how it sends a password; no user name can be used with it");
  maker.createUserIdentityToken = (context, identity, made) =>
    make(context, identity, (error, result) => {
      const fault = !error && "userName" in identity && !result?.userIdentityToken?.encryptionAlgorithm ? plain() : null;
      if (fault) made(fault);
      else made(error, result);
    });
}
