/**
 * Canonical tag ids: `<enterprise>.<site>[.<area>[.<line>[.<cell>…]]].<_contract>[.<path>…].<name>`, the grammar of
 * the UMH unified namespace with `umh.v1` implied, and their encodings for MQTT, Sparkplug B and InfluxDB.
 * Every encoding has an inverse; test/core/connect/tag-id.test.ts proves the round trips.
 */
export {
  areVersions,
  equipmentPathProblem,
  formatTag,
  LIMITS,
  parseTag,
  type Parsed,
  segmentProblem,
  splitTag,
  type TagId,
} from "./tag-id.ts";
export {
  type InfluxTags,
  NO_PLACE,
  type SparkplugName,
  fromInfluxTags,
  fromMqttTopic,
  fromSparkplug,
  toInfluxTags,
  toMqttTopic,
  toSparkplug,
} from "./encodings.ts";
