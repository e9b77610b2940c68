/** A small, right plant in four files; tests break it in one place. */
export const GOOD_FILES = {
  "site.yaml": `plant:
  enterprise: acme
  site: galway
  zone: Europe/Dublin
equipment:
  hall: { kind: Area, calendar: days }
  hall.line: { kind: ProductionLine, prefix: "s=Line" }
  hall.line.filler:
    kind: WorkCell
    class: filler
    prefix: "{prefix}.Filler"
    feeds: [capper]
  hall.line.capper: { kind: WorkCell, class: capper, prefix: "{prefix}.Capper" }
`,
  "classes.yaml": `classes:
  machine:
    stateMap: { profile: packml-opcua }
    roles: { state: state, processed: count }
    tags:
      state: { type: enum, values: { 4: Idle, 6: Execute }, address: "{prefix}.State" }
      count: { type: int, unit: "{bottles}", address: "{prefix}.Count" }
  filler:
    extends: machine
    contract: _filler_v1
    tags:
      weight: { type: float, unit: g, range: { min: 0, max: 1200 }, address: "{prefix}.Weight" }
  capper: { extends: machine, contract: _capper_v1 }
`,
  "products.yaml": `products:
  still-500:
    idealCycleSeconds: { "*": 0.4, hall.line.filler: 0.5 }
`,
  "calendars.yaml": `calendars:
  days:
    zone: Europe/Dublin
    dayStart: 06:00
    shifts:
      early: { start: 06:00, end: 14:00, breaks: [{ start: 10:00, end: 10:30 }] }
      late: { start: 14:00, end: 22:00 }
    holidays: [2026-12-25]
`,
} as const;

type FileName = keyof typeof GOOD_FILES;

export function plantFiles(changes: Partial<Record<FileName, (text: string) => string>> = {}): { name: string; text: string }[] {
  return Object.entries(GOOD_FILES).map(([name, text]) => ({ name, text: changes[name as FileName]?.(text) ?? text }));
}

interface Broken {
  readonly what: string;
  readonly file: FileName;
  /** The text replaced, once. */
  readonly from: string;
  readonly to: string;
  /** `file:line field` of every problem, in order. */
  readonly at: readonly string[];
  readonly says: RegExp;
}

const LONG = "x".repeat(70);

export const CORPUS: readonly Broken[] = [
  // YAML itself
  {
    what: "a tab for indentation",
    file: "site.yaml",
    from: "  site: galway",
    to: "\tsite: galway",
    at: ["site.yaml:3 (file)"],
    says: /not valid YAML/,
  },
  {
    what: "an unclosed bracket",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: packml-opcua",
    at: ["classes.yaml:4 (file)"],
    says: /not valid YAML/,
  },
  {
    what: "an alias",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "*profile",
    at: ["classes.yaml:3 classes.machine.stateMap"],
    says: /Aliases/,
  },
  {
    what: "an anchor",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "&map { profile: packml-opcua }",
    at: ["classes.yaml:3 classes.machine.stateMap"],
    says: /Anchors/,
  },
  {
    what: "a tag of YAML",
    file: "site.yaml",
    from: "site: galway",
    to: "site: !!binary Z2Fsd2F5",
    at: ["site.yaml:3 plant.site"],
    says: /The tag .* is not used/,
  },
  {
    what: "two documents in one file",
    file: "products.yaml",
    from: "products:",
    to: "products: {}\n---\nproducts:",
    at: ["products.yaml:2 (file)"],
    says: /not valid YAML/,
  },
  {
    what: "a duplicate key",
    file: "site.yaml",
    from: "    class: filler\n",
    to: "    class: filler\n    class: capper\n",
    at: ['site.yaml:11 equipment["hall.line.filler"].class'],
    says: /already given on line 10/,
  },
  {
    what: "a hostile key",
    file: "site.yaml",
    from: "  site: galway",
    to: "  site: galway\n  __proto__: { polluted: true }",
    at: ["site.yaml:4 plant"],
    says: /never accepted/,
  },
  {
    what: "a list where a map belongs",
    file: "products.yaml",
    from: 'still-500:\n    idealCycleSeconds: { "*": 0.4, hall.line.filler: 0.5 }',
    to: "[still-500]",
    at: ["products.yaml:2 products"],
    says: /A list was given where a map/,
  },
  // Names and structure
  {
    what: "an unknown part",
    file: "products.yaml",
    from: "products:",
    to: "product:",
    at: ["products.yaml:1 product"],
    says: /Did you mean "products"\?/,
  },
  {
    what: "an unknown field",
    file: "site.yaml",
    from: "    class: filler",
    to: "    clas: filler",
    at: ['site.yaml:10 equipment["hall.line.filler"].clas'],
    says: /Did you mean "class"\?/,
  },
  {
    what: "no zone",
    file: "site.yaml",
    from: "  zone: Europe/Dublin\n",
    to: "",
    at: ["site.yaml:1 plant.zone"],
    says: /"zone" is missing/,
  },
  {
    what: "an unknown zone",
    file: "site.yaml",
    from: "Europe/Dublin",
    to: "Europe/Dubln",
    at: ["site.yaml:4 plant.zone"],
    says: /Did you mean "Europe\/Dublin"\?/,
  },
  {
    what: "an enterprise with a dot",
    file: "site.yaml",
    from: "enterprise: acme",
    to: "enterprise: ac.me",
    at: ["site.yaml:2 plant.enterprise"],
    says: /may hold only letters/,
  },
  {
    what: "a number where text belongs",
    file: "site.yaml",
    from: "site: galway",
    to: "site: 7",
    at: ["site.yaml:3 plant.site"],
    says: /write it in quotes, as in "7"/,
  },
  {
    what: "an unknown kind",
    file: "site.yaml",
    from: "kind: ProductionLine",
    to: "kind: Productionline2",
    at: ['site.yaml:7 equipment["hall.line"].kind'],
    says: /Did you mean "ProductionLine"\?/,
  },
  {
    what: "no kind",
    file: "site.yaml",
    from: "kind: ProductionLine, ",
    to: "",
    at: ['site.yaml:7 equipment["hall.line"].kind'],
    says: /"kind" is missing\. Allowed: Area/,
  },
  {
    what: "an unknown class",
    file: "site.yaml",
    from: "class: filler",
    to: "class: fillr",
    at: ['site.yaml:10 equipment["hall.line.filler"].class'],
    says: /Did you mean "filler"\?/,
  },
  {
    what: "a class without contract",
    file: "site.yaml",
    from: "class: filler",
    to: "class: machine",
    at: ['site.yaml:10 equipment["hall.line.filler"].class'],
    says: /has no contract/,
  },
  {
    what: "a parent that is not declared",
    file: "site.yaml",
    from: "hall.line.capper:",
    to: "hall.lin.capper:",
    at: [
      'site.yaml:12 equipment["hall.line.filler"].feeds[0]',
      'site.yaml:13 equipment["hall.lin.capper"]',
      'site.yaml:13 equipment["hall.lin.capper"].prefix',
    ],
    says: /Did you mean "hall\.line"\?/,
  },
  {
    what: "a level that looks like a contract",
    file: "site.yaml",
    from: "hall.line.capper:",
    to: "hall.line._capper:",
    at: ['site.yaml:12 equipment["hall.line.filler"].feeds[0]', 'site.yaml:13 equipment["hall.line._capper"]'],
    says: /must not start with "_"/,
  },
  {
    what: "feeding what does not exist",
    file: "site.yaml",
    from: "feeds: [capper]",
    to: "feeds: [caper]",
    at: ['site.yaml:12 equipment["hall.line.filler"].feeds[0]'],
    says: /Did you mean "capper"\?/,
  },
  {
    what: "feeding itself",
    file: "site.yaml",
    from: "feeds: [capper]",
    to: "feeds: [filler]",
    at: ['site.yaml:12 equipment["hall.line.filler"].feeds[0]'],
    says: /does not feed itself/,
  },
  {
    what: "feeds as a single text",
    file: "site.yaml",
    from: "feeds: [capper]",
    to: "feeds: capper",
    at: ['site.yaml:12 equipment["hall.line.filler"].feeds'],
    says: /where a list belongs/,
  },
  {
    what: "an unknown calendar",
    file: "site.yaml",
    from: "calendar: days",
    to: "calendar: dayz",
    at: ["site.yaml:6 equipment.hall.calendar"],
    says: /Did you mean "days"\?/,
  },
  {
    what: "no prefix where the class needs one",
    file: "site.yaml",
    from: '    prefix: "{prefix}.Filler"\n',
    to: "",
    at: ['site.yaml:8 equipment["hall.line.filler"].prefix'],
    says: /"prefix" is missing/,
  },
  {
    what: "a prefix of a parent that has none",
    file: "site.yaml",
    from: ', prefix: "s=Line"',
    to: "",
    at: ['site.yaml:11 equipment["hall.line.filler"].prefix', 'site.yaml:13 equipment["hall.line.capper"].prefix'],
    says: /has no prefix to put in/,
  },
  {
    what: "an override of a tag that the class has not",
    file: "site.yaml",
    from: "    feeds: [capper]",
    to: "    tags: { wieght: { unit: kg } }",
    at: ['site.yaml:12 equipment["hall.line.filler"].tags.wieght'],
    says: /Did you mean "weight"\?/,
  },
  {
    what: "an override to another kind of unit",
    file: "site.yaml",
    from: "    feeds: [capper]",
    to: "    tags: { weight: { unit: bar } }",
    at: ['site.yaml:12 equipment["hall.line.filler"].tags.weight.unit'],
    says: /"g" cannot be converted to "bar"/,
  },
  {
    what: "an override of the type",
    file: "site.yaml",
    from: "    feeds: [capper]",
    to: "    tags: { weight: { type: string } }",
    at: ['site.yaml:12 equipment["hall.line.filler"].tags.weight'],
    says: /cannot be changed from float to string/,
  },
  // Classes and tags
  {
    what: "a contract without version",
    file: "classes.yaml",
    from: "contract: _filler_v1",
    to: "contract: _filler",
    at: ["classes.yaml:10 classes.filler.contract", 'site.yaml:10 equipment["hall.line.filler"].class'],
    says: /as in "_filler_v1"/,
  },
  {
    what: "_raw as the contract of a class",
    file: "classes.yaml",
    from: "contract: _capper_v1",
    to: "contract: _raw",
    at: ["classes.yaml:13 classes.capper.contract", 'site.yaml:13 equipment["hall.line.capper"].class'],
    says: /is no contract of a class/,
  },
  {
    what: "a contract of two classes",
    file: "classes.yaml",
    from: "_capper_v1",
    to: "_filler_v1",
    at: ["classes.yaml:13 classes.capper.contract"],
    says: /belongs to the class "filler" already/,
  },
  {
    what: "classes that extend each other",
    file: "classes.yaml",
    from: "    stateMap:",
    to: "    extends: filler\n    stateMap:",
    at: ["classes.yaml:2 classes.machine.extends", "classes.yaml:9 classes.filler.extends", "classes.yaml:14 classes.capper.extends"],
    says: /in a circle/,
  },
  {
    what: "an unknown base class",
    file: "classes.yaml",
    from: "    extends: machine",
    to: "    extends: machin",
    at: ["classes.yaml:8 classes.filler.extends"],
    says: /Did you mean "machine"\?/,
  },
  {
    what: "an unknown unit",
    file: "classes.yaml",
    from: "unit: g,",
    to: "unit: gramme,",
    at: ["classes.yaml:12 classes.filler.tags.weight.unit"],
    says: /is no unit/,
  },
  {
    what: "an alias of a unit",
    file: "classes.yaml",
    from: "unit: g,",
    to: "unit: °C,",
    at: ["classes.yaml:12 classes.filler.tags.weight.unit"],
    says: /Did you mean "Cel"\?/,
  },
  {
    what: "an inverted range",
    file: "classes.yaml",
    from: "min: 0, max: 1200",
    to: "min: 1200, max: 0",
    at: ["classes.yaml:12 classes.filler.tags.weight.range.max"],
    says: /ends at 0 before it starts at 1200/,
  },
  {
    what: "NaN as a limit",
    file: "classes.yaml",
    from: "max: 1200",
    to: "max: .nan",
    at: ["classes.yaml:12 classes.filler.tags.weight.range.max"],
    says: /Allowed: a number/,
  },
  {
    what: "an unknown type",
    file: "classes.yaml",
    from: "type: float",
    to: "type: flot",
    at: ["classes.yaml:12 classes.filler.tags.weight.type"],
    says: /Did you mean "float"\?/,
  },
  {
    what: "no type",
    file: "classes.yaml",
    from: "type: float, ",
    to: "",
    at: ["classes.yaml:12 classes.filler.tags.weight.type"],
    says: /"type" is missing/,
  },
  {
    what: "an enum without values",
    file: "classes.yaml",
    from: "values: { 4: Idle, 6: Execute }, ",
    to: "",
    at: ["classes.yaml:6 classes.machine.tags.state.values"],
    says: /"values" is missing/,
  },
  {
    what: "enum values that are no numbers",
    file: "classes.yaml",
    from: "6: Execute",
    to: "Execute: 6",
    at: ["classes.yaml:6 classes.machine.tags.state.values.Execute", "classes.yaml:6 classes.machine.tags.state.values.Execute"],
    says: /no number of an enum|where text belongs/,
  },
  {
    what: "a unit on an enum",
    file: "classes.yaml",
    from: "type: enum,",
    to: "type: enum, unit: g,",
    at: ["classes.yaml:6 classes.machine.tags.state.unit"],
    says: /type enum has no unit/,
  },
  {
    what: "a range on a text",
    file: "classes.yaml",
    from: "type: float, unit: g,",
    to: "type: string,",
    at: ["classes.yaml:12 classes.filler.tags.weight"],
    says: /type string has no range/,
  },
  {
    what: "a tag name with a blank",
    file: "classes.yaml",
    from: "weight:",
    to: "fill weight:",
    at: ['classes.yaml:12 classes.filler.tags["fill weight"]'],
    says: /may hold only letters/,
  },
  {
    what: "a tag name that is too long",
    file: "classes.yaml",
    from: "weight:",
    to: `${LONG}:`,
    at: [`classes.yaml:12 classes.filler.tags.${LONG}`],
    says: /at most 64/,
  },
  {
    what: "a misspelt placeholder",
    file: "classes.yaml",
    from: "{prefix}.Weight",
    to: "{prefx}.Weight",
    at: ["classes.yaml:12 classes.filler.tags.weight.address"],
    says: /Did you mean "\{prefix\}"\?/,
  },
  {
    what: "a role for a tag that is missing",
    file: "classes.yaml",
    from: "processed: count",
    to: "processed: counts",
    at: ["classes.yaml:4 classes.machine.roles.processed"],
    says: /Did you mean "count"\?/,
  },
  {
    what: "a count role on an enum",
    file: "classes.yaml",
    from: "processed: count",
    to: "processed: state",
    at: ["classes.yaml:4 classes.machine.roles.processed"],
    says: /counts units/,
  },
  {
    what: "a state without its numbering",
    file: "classes.yaml",
    from: "    stateMap: { profile: packml-opcua }\n",
    to: "",
    at: ["classes.yaml:3 classes.machine.roles.state"],
    says: /needs a stateMap/,
  },
  {
    what: "an unknown PackML state",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: custom, states: { 1: Running } }",
    at: ["classes.yaml:3 classes.machine.stateMap.states.1"],
    says: /Allowed: Clearing, Stopped/,
  },
  {
    what: "a custom value that is a state and a bucket at once",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: custom, states: { 1: { state: Held, bucket: hold } } }",
    at: ["classes.yaml:3 classes.machine.stateMap.states.1"],
    says: /either a PackML state or a bucket/,
  },
  {
    what: "a custom value that is neither",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: custom, states: { 1: { reason: jam } } }",
    at: ["classes.yaml:3 classes.machine.stateMap.states.1"],
    says: /either a PackML state or a bucket/,
  },
  {
    what: "a custom value in an unknown bucket",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: custom, states: { 1: { bucket: runs } } }",
    at: ["classes.yaml:3 classes.machine.stateMap.states.1.bucket"],
    says: /Did you mean "run"/,
  },
  {
    what: "a custom value with an unknown loss",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: custom, states: { 1: { bucket: stop, loss: small } } }",
    at: ["classes.yaml:3 classes.machine.stateMap.states.1.loss"],
    says: /Allowed: equipmentFailure/,
  },
  {
    what: "one meaning with two losses",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: custom, states: { 1: { bucket: stop, reason: a, loss: minorStop }, 2: { bucket: stop, reason: a } } }",
    at: ["classes.yaml:3 classes.machine.stateMap.states.2.loss"],
    says: /another loss/,
  },
  {
    what: "states beside a profile that brings its own",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: umh, states: { 1: Idle } }",
    at: ["classes.yaml:3 classes.machine.stateMap.states"],
    says: /brings its own states/,
  },
  {
    what: "a custom profile without states",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: custom }",
    at: ["classes.yaml:3 classes.machine.stateMap.states"],
    says: /missing/,
  },
  {
    what: "a state derived from nothing",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: derived }",
    at: ["classes.yaml:3 classes.machine.stateMap.from"],
    says: /Allowed: speed or processed/,
  },
  {
    what: "a state derived from a speed without a threshold",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: derived, from: speed }",
    at: ["classes.yaml:3 classes.machine.stateMap.above"],
    says: /above which the machine runs/,
  },
  {
    what: "a threshold below 0",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: derived, from: speed, above: -1 }",
    at: ["classes.yaml:3 classes.machine.stateMap.above"],
    says: /a number from 0/,
  },
  {
    what: "a hysteresis that a standstill cannot reach",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: derived, from: speed, above: 5, hysteresis: 6 }",
    at: ["classes.yaml:3 classes.machine.stateMap.hysteresis"],
    says: /never count as stopped/,
  },
  {
    what: "a quiet time of nothing",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: derived, from: processed, quietSeconds: 0 }",
    at: ["classes.yaml:3 classes.machine.stateMap.quietSeconds"],
    says: /a number above 0/,
  },
  {
    what: "a threshold for a state from counts",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: derived, from: processed, quietSeconds: 9, above: 5 }",
    at: ["classes.yaml:3 classes.machine.stateMap.above"],
    says: /no meaning here/,
  },
  {
    what: "a threshold with a profile that is no rule",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: packml-opcua, above: 5 }",
    at: ["classes.yaml:3 classes.machine.stateMap.above"],
    says: /only with profile "derived"/,
  },
  {
    what: "a state derived from a role that no tag plays",
    file: "classes.yaml",
    from: "{ profile: packml-opcua }",
    to: "{ profile: derived, from: speed, above: 5 }",
    at: ["classes.yaml:8 classes.filler.stateMap", "classes.yaml:13 classes.capper.stateMap"],
    says: /the role speed, which names no tag/,
  },
  {
    what: "thresholds in another unit than the speed",
    file: "classes.yaml",
    from: "    stateMap: { profile: packml-opcua }\n    roles: { state: state, processed: count }",
    to: "    stateMap: { profile: derived, from: speed, above: 5, unit: g }\n    roles: { speed: count, processed: count }",
    at: ["classes.yaml:8 classes.filler.stateMap", "classes.yaml:13 classes.capper.stateMap"],
    says: /in g, but count is in {bottles}/,
  },
  {
    what: "the state as a text in an enum",
    file: "classes.yaml",
    from: "{ state: state, processed: count }",
    to: "{ state: state, stateText: state, processed: count }",
    at: ["classes.yaml:4 classes.machine.roles.stateText"],
    says: /of type enum/,
  },
  {
    what: "a speed role on an enum",
    file: "classes.yaml",
    from: "{ state: state, processed: count }",
    to: "{ state: state, speed: state, processed: count }",
    at: ["classes.yaml:4 classes.machine.roles.speed"],
    says: /measures a speed/,
  },
  {
    what: "an ideal rate of nothing",
    file: "classes.yaml",
    from: "  capper: {",
    to: "  capper: { idealRate: 0,",
    at: ["classes.yaml:13 classes.capper.idealRate"],
    says: /a number above 0/,
  },
  // Products and calendars
  {
    what: "a product for unknown equipment",
    file: "products.yaml",
    from: "hall.line.filler",
    to: "hall.line.fillr",
    at: ['products.yaml:3 products.still-500.idealCycleSeconds["hall.line.fillr"]'],
    says: /Did you mean "hall\.line\.filler"\?/,
  },
  {
    what: "a negative cycle time",
    file: "products.yaml",
    from: "0.5",
    to: "-0.5",
    at: ['products.yaml:3 products.still-500.idealCycleSeconds["hall.line.filler"]'],
    says: /a number above 0/,
  },
  {
    what: "cycle times out of order",
    file: "products.yaml",
    from: "hall.line.filler: 0.5",
    to: "hall.line.filler: [{ seconds: 0.5 }, { from: 2026-12-01, seconds: 0.4 }, { from: 2026-11-01, seconds: 0.3 }]",
    at: ['products.yaml:3 products.still-500.idealCycleSeconds["hall.line.filler"][2].from'],
    says: /begins to hold before the one above it/,
  },
  {
    what: "a cycle time that begins to hold within a minute, and one without a date",
    file: "products.yaml",
    from: "hall.line.filler: 0.5",
    to: 'hall.line.filler: [{ from: "2026-11-01T06:00:30Z", seconds: 0.5 }, { seconds: 0.4 }]',
    at: [
      'products.yaml:3 products.still-500.idealCycleSeconds["hall.line.filler"][0].from',
      'products.yaml:3 products.still-500.idealCycleSeconds["hall.line.filler"][1].from',
    ],
    says: /no date|"from" is missing/,
  },
  {
    what: "a product twice",
    file: "calendars.yaml",
    from: "calendars:",
    to: "products: { still-500: { idealCycleSeconds: { hall: 1 } } }\ncalendars:",
    at: ["products.yaml:2 products.still-500"],
    says: /already declared in calendars\.yaml on line 1/,
  },
  {
    what: "shifts that overlap",
    file: "calendars.yaml",
    from: "start: 14:00, end: 22:00",
    to: "start: 13:30, end: 22:00",
    at: ["calendars.yaml:7 calendars.days.shifts.late"],
    says: /"early" and "late" overlap/,
  },
  {
    what: "a night shift that runs into the morning shift",
    file: "calendars.yaml",
    from: "start: 14:00, end: 22:00",
    to: "start: 22:00, end: 06:30",
    at: ["calendars.yaml:7 calendars.days.shifts.late"],
    says: /overlap/,
  },
  {
    what: "a break outside its shift",
    file: "calendars.yaml",
    from: "start: 10:00, end: 10:30",
    to: "start: 15:00, end: 15:30",
    at: ["calendars.yaml:6 calendars.days.shifts.early.breaks[0]"],
    says: /lies outside its shift/,
  },
  {
    what: "a clock time beyond the day",
    file: "calendars.yaml",
    from: "end: 22:00",
    to: "end: 25:00",
    at: ["calendars.yaml:7 calendars.days.shifts.late.end"],
    says: /no clock time/,
  },
  {
    what: "a date that does not exist",
    file: "calendars.yaml",
    from: "2026-12-25",
    to: "2026-02-30",
    at: ["calendars.yaml:8 calendars.days.holidays[0]"],
    says: /no date/,
  },
  {
    what: "an exception on a date that does not exist",
    file: "calendars.yaml",
    from: "    holidays: [2026-12-25]",
    to: "    exceptions: { 2026-02-30: { shifts: {} } }",
    at: ["calendars.yaml:8 calendars.days.exceptions.2026-02-30"],
    says: /no date/,
  },
  {
    what: "an exception that runs into a shift of the week",
    file: "calendars.yaml",
    from: "    holidays: [2026-12-25]",
    to: "    exceptions: { 2026-12-24: { shifts: { night: { start: 22:00, end: 07:00 } } } }",
    at: ["calendars.yaml:8 calendars.days.exceptions.2026-12-24"],
    says: /"night of 2026-12-24" and "early of 2026-12-25" overlap/,
  },
  {
    what: "an unknown weekday",
    file: "calendars.yaml",
    from: "end: 22:00 }",
    to: "end: 22:00, days: [Mon, Tusday] }",
    at: ["calendars.yaml:7 calendars.days.shifts.late.days[1]"],
    says: /Did you mean "Tue"\?|Allowed: Mon, Tue/,
  },
];
