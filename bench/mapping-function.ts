/**
 * The tag map's work, written as an engineer would write it in a function node: one reading or an array of them, looked
 * up in a table, checked, converted, told apart from duplicates, with provenance, reasons for refusals, counters, a
 * watch for silent tags and a status once a second. It knows one unit table and floats only, where the tag map knows
 * UCUM and every type; it keeps nothing across a restart.
 */
export const MAPPING_FUNCTION = `
const { table, tags, counts } = context.get("state");
const now = Date.now();
const single = !Array.isArray(msg.payload);
const samples = [];
const rejects = [];

function refuse(input, code, message, field, tag) {
  rejects.push({ code, message, field, tag, input });
}

for (const r of single ? [msg.payload] : msg.payload) {
  if (r === null || typeof r !== "object" || typeof r.protocol !== "string" || typeof r.address !== "string" || !("value" in r)) {
    refuse(r, "NOT_A_SAMPLE", "The input has not the shape of a reading.");
    continue;
  }
  if (Object.hasOwn(r, "__proto__") || Object.hasOwn(r, "constructor") || Object.hasOwn(r, "prototype")) {
    refuse(r, "FORBIDDEN_KEY", "The input carries a key that is never accepted.");
    continue;
  }
  if (r.address.length > 1024) {
    refuse(r, "TOO_LARGE", "The address is longer than 1024 characters.", "address");
    continue;
  }
  const entry = table.get(r.address);
  if (entry === undefined) {
    refuse(r, "UNMAPPED", "No row maps the address " + r.address + ".", "address");
    continue;
  }
  const { tag } = entry;
  const received = r.received ?? now;
  const timestamp = r.sourceTimestamp ?? r.serverTimestamp ?? received;
  if (!Number.isSafeInteger(timestamp) || !Number.isSafeInteger(received)) {
    refuse(r, "BAD_TIMESTAMP", "The timestamp " + timestamp + " is not a whole number of milliseconds UTC.", "timestamp", tag);
    continue;
  }
  if (received > now + 600000 || timestamp > received + 600000) {
    refuse(r, "FUTURE_TIMESTAMP", "The timestamp " + timestamp + " lies in the future.", "timestamp", tag);
    continue;
  }
  if (timestamp < received - 315576000000) {
    refuse(r, "ANCIENT_TIMESTAMP", "The timestamp " + timestamp + " lies more than ten years back.", "timestamp", tag);
    continue;
  }
  const status = r.status;
  if (status !== undefined && !Number.isFinite(status)) {
    refuse(r, "NOT_A_SAMPLE", "The status is no number.", "status", tag);
    continue;
  }
  let quality = r.quality;
  if (quality === undefined) {
    const severity = (status ?? 0) >>> 30;
    if (severity === 0) quality = (status & 0xffff0000) === 0x00a50000 ? "GoodNoData" : "Good";
    else quality = severity === 1 ? "Uncertain" : "Bad";
  }
  let value = null;
  if (r.value === null || r.value === undefined) {
    if (quality !== "GoodNoData") quality = "Bad";
  } else if (quality !== "Bad" && quality !== "GoodNoData") {
    value = typeof r.value === "string" && r.value.trim() !== "" ? Number(r.value) : r.value;
    if (typeof value !== "number") {
      refuse(r, "WRONG_TYPE", "The value of " + tag + " is not a number.", "value", tag);
      continue;
    }
    if (r.unit !== undefined && r.unit !== entry.unit) {
      const factor = entry.factors[r.unit];
      if (factor === undefined) {
        refuse(r, "WRONG_UNIT", "The unit " + r.unit + " cannot be converted to " + entry.unit + ".", "unit", tag);
        continue;
      }
      value *= factor;
    }
    if (!Number.isFinite(value)) {
      refuse(r, "NOT_FINITE", "The value of " + tag + " is not finite.", "value", tag);
      continue;
    }
    if (value < entry.min || value > entry.max) {
      refuse(r, "OUT_OF_RANGE", "The value " + value + " of " + tag + " must be from " + entry.min + " to " + entry.max + ".", "value", tag);
      continue;
    }
  }
  const state = tags[tag];
  const known = timestamp > state.newest ? undefined : state.recent.get(timestamp);
  if (known !== undefined) {
    if (known.value === value && known.quality === quality) counts.duplicates += 1;
    else refuse(r, "DUPLICATE_TIMESTAMP", "Another value of " + tag + " is already recorded at " + timestamp + ".", "timestamp", tag);
    continue;
  }
  if (timestamp > state.newest) state.newest = timestamp;
  const sample = {
    tag, value, quality, timestamp, status, unit: entry.unit, received,
    source: { protocol: r.protocol, address: r.address, mapping: "table@1" },
  };
  if (r.historical === true) sample.historical = true;
  else {
    state.lastLive = received;
    state.stale = false;
  }
  state.recent.set(timestamp, sample);
  if (state.recent.size > 64) state.recent.delete(state.recent.keys().next().value);
  samples.push(sample);
}

for (const { code } of rejects) counts.rejected[code] = (counts.rejected[code] || 0) + 1;
const refused = rejects.length === 0 ? null : { ...msg, payload: rejects };
if (samples.length === 0) return [null, refused];
counts.mapped += samples.length;
msg.payload = single ? samples[0] : samples;
if (samples.every((sample) => sample.tag === samples[0].tag)) msg.topic = tags[samples[0].tag].topic;
else delete msg.topic;
return [msg, refused];`;

/** The function node's "On Start". */
export const MAPPING_START = `
const table = new Map();
const tags = {};
const counts = { mapped: 0, duplicates: 0, rejected: {} };
for (let n = 1; n <= 50; n += 1) {
  const tag = "acme.bench.packing.line01.filler" + n + "._raw.weight";
  table.set("nsu=urn:bench;s=Line01.Filler" + n + ".Weight", { tag, min: 0, max: 1000, unit: "g", factors: { kg: 1000, mg: 0.001 } });
  tags[tag] = { topic: tag.replaceAll(".", "/"), recent: new Map(), newest: -Infinity, lastLive: undefined, stale: false, expectedEveryMs: undefined };
}
context.set("state", { table, tags, counts });
let last = 0;
setInterval(() => {
  let stale = 0;
  for (const tag of Object.keys(tags)) {
    const state = tags[tag];
    if (state.expectedEveryMs !== undefined && Date.now() - state.lastLive > state.expectedEveryMs) {
      if (!state.stale) node.send([null, { payload: [{ code: "STALE", tag }] }]);
      state.stale = true;
      stale += 1;
    }
  }
  node.status({ fill: stale > 0 ? "yellow" : "green", shape: stale > 0 ? "ring" : "dot", text: counts.mapped - last + "/s, " + stale + " stale" });
  last = counts.mapped;
}, 1000);`;
