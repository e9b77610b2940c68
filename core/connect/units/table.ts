/**
 * Atoms of UCUM with their definition. Sources: UCUM specification (ucum-essence), tables of base units, prefixes,
 * SI units, ISO 1000 units, international and US customary units. Factors are relative to the coherent unit built
 * from the base units m, g, s, K, cd, C (coulomb) and rad, as UCUM has them.
 */

/** Base axes: UCUM's base units, and one axis each for amount of substance, pH and decibel, which mix with nothing. */
const AXES = ["m", "g", "s", "K", "cd", "C", "rad", "mol", "pH", "dB"] as const;
type Axis = (typeof AXES)[number];

/** Exponents in the order of `AXES`. */
export type Dimension = readonly number[];

export const DIMENSIONLESS: Dimension = AXES.map(() => 0);

export interface Atom {
  readonly factor: number;
  /** Only for temperatures: `kelvin = value * factor + offset`. Such an atom stands alone in a unit. */
  readonly offset?: number;
  readonly dimension: Dimension;
  /** Takes prefixes such as k and m. */
  readonly metric: boolean;
  /** A proportion (%, ppm): never a number of things. */
  readonly ratio?: true;
}

export const PREFIXES: ReadonlyMap<string, number> = new Map([
  ["Y", 1e24],
  ["Z", 1e21],
  ["E", 1e18],
  ["P", 1e15],
  ["T", 1e12],
  ["G", 1e9],
  ["M", 1e6],
  ["k", 1e3],
  ["h", 1e2],
  ["da", 1e1],
  ["d", 1e-1],
  ["c", 1e-2],
  ["m", 1e-3],
  ["u", 1e-6],
  ["n", 1e-9],
  ["p", 1e-12],
  ["f", 1e-15],
  ["a", 1e-18],
]);

type Exponents = { readonly [axis in Axis]?: number };

function dimension(exponents: Exponents): Dimension {
  return AXES.map((axis) => exponents[axis] ?? 0);
}
function metric(factor: number, exponents: Exponents): Atom {
  return { factor, dimension: dimension(exponents), metric: true };
}
function customary(factor: number, exponents: Exponents): Atom {
  return { factor, dimension: dimension(exponents), metric: false };
}
function ratio(factor: number): Atom {
  return { factor, dimension: DIMENSIONLESS, metric: false, ratio: true };
}
function temperature(factor: number, offset: number, takesPrefixes: boolean): Atom {
  return { factor, offset, dimension: dimension({ K: 1 }), metric: takesPrefixes };
}

const FORCE = { m: 1, g: 1, s: -2 };
const PRESSURE = { m: -1, g: 1, s: -2 };
const ENERGY = { m: 2, g: 1, s: -2 };
const POWER = { m: 2, g: 1, s: -3 };
const INCH = 0.0254;
const POUND = 453.59237;
const GRAVITY = 9.80665;
const US_GALLON = 231 * INCH ** 3;

export const ATOMS: ReadonlyMap<string, Atom> = new Map([
  // Base units
  ["m", metric(1, { m: 1 })],
  ["g", metric(1, { g: 1 })],
  ["s", metric(1, { s: 1 })],
  ["K", metric(1, { K: 1 })],
  ["cd", metric(1, { cd: 1 })],
  ["C", metric(1, { C: 1 })],
  ["rad", metric(1, { rad: 1 })],
  // Ratios
  ["%", ratio(1e-2)],
  ["[ppth]", ratio(1e-3)],
  ["[ppm]", ratio(1e-6)],
  ["[ppb]", ratio(1e-9)],
  // Time
  ["min", customary(60, { s: 1 })],
  ["h", customary(3600, { s: 1 })],
  ["d", customary(86_400, { s: 1 })],
  ["wk", customary(604_800, { s: 1 })],
  // Temperature
  ["Cel", temperature(1, 273.15, true)],
  ["[degF]", temperature(5 / 9, (459.67 * 5) / 9, false)],
  ["[degR]", customary(5 / 9, { K: 1 })],
  // Length, area, volume
  ["[in_i]", customary(INCH, { m: 1 })],
  ["[ft_i]", customary(12 * INCH, { m: 1 })],
  ["[yd_i]", customary(36 * INCH, { m: 1 })],
  ["[mi_i]", customary(63_360 * INCH, { m: 1 })],
  ["[mil_i]", customary(INCH / 1000, { m: 1 })],
  ["[sin_i]", customary(INCH ** 2, { m: 2 })],
  ["[sft_i]", customary((12 * INCH) ** 2, { m: 2 })],
  ["[cin_i]", customary(INCH ** 3, { m: 3 })],
  ["[cft_i]", customary((12 * INCH) ** 3, { m: 3 })],
  ["ar", metric(100, { m: 2 })],
  ["l", metric(1e-3, { m: 3 })],
  ["L", metric(1e-3, { m: 3 })],
  ["[gal_us]", customary(US_GALLON, { m: 3 })],
  ["[qt_us]", customary(US_GALLON / 4, { m: 3 })],
  ["[pt_us]", customary(US_GALLON / 8, { m: 3 })],
  ["[foz_us]", customary(US_GALLON / 128, { m: 3 })],
  ["[bbl_us]", customary(US_GALLON * 42, { m: 3 })],
  ["[gal_br]", customary(4.54609e-3, { m: 3 })],
  // Mass and force
  ["t", metric(1e6, { g: 1 })],
  ["[lb_av]", customary(POUND, { g: 1 })],
  ["[oz_av]", customary(POUND / 16, { g: 1 })],
  ["[ston_av]", customary(POUND * 2000, { g: 1 })],
  ["[lton_av]", customary(POUND * 2240, { g: 1 })],
  ["[gr]", customary(POUND / 7000, { g: 1 })],
  ["N", metric(1e3, FORCE)],
  ["gf", metric(GRAVITY, FORCE)],
  ["[lbf_av]", customary(POUND * GRAVITY, FORCE)],
  // Pressure
  ["Pa", metric(1e3, PRESSURE)],
  ["bar", metric(1e8, PRESSURE)],
  ["atm", customary(101_325e3, PRESSURE)],
  ["att", customary(98_066.5e3, PRESSURE)],
  ["[psi]", customary((POUND * GRAVITY) / INCH ** 2, PRESSURE)],
  ["m[H2O]", metric(9_806.65e3, PRESSURE)],
  ["m[Hg]", metric(133_322e3, PRESSURE)],
  ["[in_i'H2O]", customary(9_806.65e3 * INCH, PRESSURE)],
  // Energy and power
  ["J", metric(1e3, ENERGY)],
  ["cal", metric(4184, ENERGY)],
  ["[Btu_IT]", customary(1_055_055.85262, ENERGY)],
  ["eV", metric(1.602176634e-16, ENERGY)],
  ["W", metric(1e3, POWER)],
  ["[HP]", customary(550 * 12 * INCH * POUND * GRAVITY, POWER)],
  // Electricity
  ["A", metric(1, { C: 1, s: -1 })],
  ["V", metric(1e3, { ...ENERGY, C: -1 })],
  ["Ohm", metric(1e3, { m: 2, g: 1, s: -1, C: -2 })],
  ["S", metric(1e-3, { m: -2, g: -1, s: 1, C: 2 })],
  ["F", metric(1e-3, { m: -2, g: -1, s: 2, C: 2 })],
  ["H", metric(1e3, { m: 2, g: 1, C: -2 })],
  ["Wb", metric(1e3, { m: 2, g: 1, s: -1, C: -1 })],
  ["T", metric(1e3, { g: 1, s: -1, C: -1 })],
  // Frequency, angle, solid angle, light
  ["Hz", metric(1, { s: -1 })],
  ["Bq", metric(1, { s: -1 })],
  ["deg", customary(Math.PI / 180, { rad: 1 })],
  ["gon", customary(Math.PI / 200, { rad: 1 })],
  ["'", customary(Math.PI / 10_800, { rad: 1 })],
  ["''", customary(Math.PI / 648_000, { rad: 1 })],
  ["sr", metric(1, { rad: 2 })],
  ["lm", metric(1, { cd: 1, rad: 2 })],
  ["lx", metric(1, { cd: 1, rad: 2, m: -2 })],
  // Viscosity, amount
  ["P", metric(100, { m: -1, g: 1, s: -1 })],
  ["St", metric(1e-4, { m: 2, s: -1 })],
  ["mol", metric(1, { mol: 1 })],
  // Logarithmic scales: only to themselves
  ["[pH]", customary(1, { pH: 1 })],
  ["dB", customary(1, { dB: 1 })],
]);

/** Units shown as "known units of this dimension", in the order in which people expect them. */
export const COMMON_UNITS: readonly string[] = [
  "1 % [ppth] [ppm] {pieces}",
  "ms s min h d",
  "Cel K [degF]",
  "um mm cm m km [in_i] [ft_i]",
  "mm2 cm2 m2 ml l m3 [gal_us]",
  "mg g kg t [lb_av] [oz_av]",
  "N kN Pa kPa MPa mbar bar [psi]",
  "N.m N.cm J kJ MJ W.h kW.h MW.h W kW MW V.A kV.A",
  "mA A mV V kV Ohm A.h uS/cm",
  "/min {pieces}/min /h Hz kHz",
  "mm/s m/s m/min km/h m/s2",
  "l/min l/h m3/h ml/min g/s kg/h t/h",
  "g/cm3 kg/m3 g/l mol/l mPa.s mm2/s",
  "deg rad deg/s rad/s lx [pH] dB",
].flatMap((line) => line.split(" "));
