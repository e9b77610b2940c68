/** OPC UA node ids have several spellings; mapping compares one of them. */

const STANDARD_NAMESPACE = "nsu=http://opcfoundation.org/UA/;";
const NODE_ID = /^(?:nsu?=|[isgb]=)/;

/**
 * One spelling per address. OPC UA node ids lose blanks, the default namespace and the `;datatype=…` that some nodes
 * append, and their namespace index becomes its URI when the table of the server is known. Other addresses stay as
 * they are.
 *
 * normaliseAddress("ns=2;s=A.B;datatype=Double", ["", "urn:server", "urn:plant"]) → "nsu=urn:plant;s=A.B"
 */
export function normaliseAddress(address: string, namespaces: readonly string[] = []): string {
  const text = address.trim();
  if (!NODE_ID.test(text)) return address;
  const at = text.indexOf(";datatype=");
  const id = at < 0 ? text : text.slice(0, at);
  if (id.startsWith("ns=0;")) return id.slice(5);
  if (id.startsWith(STANDARD_NAMESPACE)) return id.slice(STANDARD_NAMESPACE.length);
  const index = /^ns=(\d{1,5});/.exec(id);
  const uri = index === null ? undefined : namespaces[Number(index[1])];
  return index === null || uri === undefined || uri === "" ? id : `nsu=${uri};${id.slice(index[0].length)}`;
}
