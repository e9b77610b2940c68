/** What a twin-fill-weight's form asks for, in the words of the core. */
import { bandsFault, type ErrorBand, type FillRequest } from "../../../core/model/fill-weight/index.ts";
import type { ConfigOf } from "../../kit/declaration.ts";
import type declaration from "./twin-fill-weight.node.ts";

type Config = ConfigOf<typeof declaration>;

/** Or what is wrong with it, in a sentence. */
export function fillRequest(config: Config): FillRequest | string {
  const { nominal, negativeError, pricePerKg } = config;
  const bands = config.bands.map(({ to, error, as }): ErrorBand => (as === "percent" ? { to, share: error / 100 } : { to, amount: error }));
  const fault = bandsFault(bands);
  if (fault !== undefined) return fault;
  return {
    tag: config.tag.trim(),
    nominalProperty: config.nominalProperty.trim(),
    ...(nominal === undefined ? {} : { nominal }),
    errorProperty: config.errorProperty.trim(),
    ...(negativeError === undefined ? {} : { tolerableNegativeError: negativeError }),
    rules: { bands, belowT1Share: config.belowT1Percent / 100, belowT2Share: config.belowT2Percent / 100 },
    tareProperty: config.tareProperty.trim(),
    tare: config.tare,
    ...(pricePerKg === undefined ? {} : { price: pricePerKg }),
    interval: config.interval,
    confidence: config.confidencePercent / 100,
    least: config.leastPackages,
    latenessMs: Math.round(config.latenessSeconds * 1000),
  };
}
