import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";

export default declareNode({
  type: "twin-opcua",
  module: "connect",
  kind: "config",
  version: 2,
  label: "OPC UA server",
  summary: "One OPC UA server: address, security and sign-in. All nodes that use it share one session.",
  details:
    "**Certificates.** With Sign or Sign and encrypt, a server whose certificate nobody has trusted yet is refused. The section Server certificate of this form then shows its fingerprint, subject and validity. Compare the fingerprint with the server's own display, then trust or reject it (roles engineer and ot-admin). A rejected certificate stays rejected until a person trusts it. Nothing is ever trusted silently.\n\n" +
    "The certificate of this installation is made at the first use and lies below the data directory in `opcua/`; the server's administrator may have to trust it in turn.\n\n" +
    "**Sign-in.** Use an identity that can only read. Without a user the node signs in anonymously. With security mode None the server's identity is not checked. Most servers ask for an encrypted password even then; one that takes it only in clear text is refused before the password is sent, unless Password without encryption allows it. Then the status and the log say so.",
  icon: "font-awesome/fa-plug",
  config: Type.Object({
    endpoint: Type.String({
      label: "Endpoint",
      help: "Address of the server.",
      pattern: "^opc\\.tcp://[^\\s/]+(/\\S*)?$",
      maxLength: 1024,
      placeholder: "opc.tcp://127.0.0.1:4840",
    }),
    securityMode: Type.Union([Type.Literal("None"), Type.Literal("Sign"), Type.Literal("SignAndEncrypt")], {
      label: "Security",
      help: "None only inside one machine or for a first try.",
      choices: { None: "none", Sign: "sign", SignAndEncrypt: "sign and encrypt" },
      default: "SignAndEncrypt",
    }),
    securityPolicy: Type.Union(
      [Type.Literal("Basic256Sha256"), Type.Literal("Aes128_Sha256_RsaOaep"), Type.Literal("Aes256_Sha256_RsaPss")],
      {
        label: "Policy",
        help: "Algorithms; the server must offer them.",
        default: "Basic256Sha256",
        advanced: true,
      },
    ),
    user: Type.Optional(Type.String({ label: "User", help: "A read-only identity of the server; empty: anonymous.", maxLength: 200 })),
    password: Type.Optional(Type.String({ label: "Password", help: "Kept as a credential, never in the flow.", secret: true })),
    plainPassword: Type.Boolean({
      label: "Password without encryption",
      help: "Sends the password readable if the server takes it no other way. Only where nobody can listen.",
      default: false,
      advanced: true,
    }),
  }),
  migrations: [
    {
      to: 2,
      change: "a password leaves without encryption only if “Password without encryption” allows it",
      up: (config) => ({ ...config, plainPassword: false }),
    },
  ],
  texts: {
    certificate: "Server certificate",
    idle: "Not connected: no deployed node reads from this server.",
    connecting: "Connecting …",
    connected: "Connected.",
    untrusted: "Refused: nobody has trusted this server's certificate yet.",
    refused: "Refused: a person rejected this server's certificate.",
    asking: "Not trusted. The server is asked again in a moment.",
    unchecked: "With security none the server's identity is not checked.",
    subject: "Subject",
    valid: "Valid",
    outside: "not valid today",
    compare: "Compare the fingerprint with the one that the server itself displays. Trust it only if they are equal.",
    other: "Shown by another server of this installation.",
    trust: "Trust",
    reject: "Reject",
    trusted: "Trusted. The nodes that read from this server connect by themselves.",
    rejected: "Rejected. The server stays refused until a person trusts its certificate.",
    test: "Test the connection",
    answers: "The server answers and accepts this sign-in.",
    deploy: "Deploy this server first, then its certificate appears here.",
    role: "This needs a sign-in with the role engineer or ot-admin.",
    away: "Node-RED does not answer.",
  },
});
