/** Fifty ways to break a tag sheet, each with the cells that must be named. The plant is that of `plant-files.ts`. */

const HEADING = "equipment,tag,address,type,unit,min,max,values,expected_every_seconds,source_unit,raw_low,raw_high,low,high,description";

/** A right sheet: an override of a class's tag, two tags of its own, one enum. */
export const GOOD_SHEET = [
  HEADING,
  'hall.line.filler,weight,ns=2;s=PLC1.Wt,,kg,0,1.2,,,g,0,27648,0,1200,"Net weight, last bottle"',
  "hall.line.filler,bowl_level,ns=2;s=PLC1.Lvl,float,%,0,100,,5,,,,,,Bowl level",
  "hall.line.capper,torque,ns=2;s=PLC1.Tq,float,N.m,0,4,,,N.cm,,,,,",
  "hall.line,mode,ns=2;s=PLC1.Mode,enum,,,,0=Off|1=On,,,,,,,",
  "",
].join("\n");

export interface BrokenSheet {
  readonly what: string;
  readonly text: string;
  /** `line:column` of every problem, in order; the column counts cells, for an open quote characters. */
  readonly at: readonly string[];
  readonly says: RegExp;
}

const LINES = GOOD_SHEET.split("\n");
const COLUMNS = HEADING.split(",");
const LONG = "x".repeat(600);

/** The good sheet with one cell of one row (from 1, the heading is 1) replaced. */
function cell(row: number, column: string, text: string): string {
  const cells = split(LINES[row - 1] ?? "");
  cells[COLUMNS.indexOf(column)] = text;
  return LINES.with(row - 1, cells.join(",")).join("\n");
}

/** Cells of a line of the good sheet; only its description holds a separator. */
function split(line: string): string[] {
  return (
    line
      .match(/(?:"[^"]*"|[^,]*)(?:,|$)/g)
      ?.map((part) => part.replace(/,$/, ""))
      .slice(0, COLUMNS.length) ?? []
  );
}

function heading(from: string, to: string): string {
  return GOOD_SHEET.replace(HEADING, HEADING.replace(from, to));
}

function plus(...rows: string[]): string {
  return `${GOOD_SHEET}${rows.join("\n")}\n`;
}

export const BROKEN_SHEETS: readonly BrokenSheet[] = [
  // the heading
  { what: "an unknown column", text: heading("min", "minn"), at: ["1:6"], says: /no column "minn".*Did you mean "min"/s },
  { what: "a misspelt column", text: heading("address", "adress"), at: ["1:3"], says: /Did you mean "address"/ },
  { what: "a column twice", text: heading("min", "max"), at: ["1:7"], says: /"max" stands here twice/ },
  { what: "no column for the equipment", text: heading("equipment", "#was"), at: ["1:1"], says: /no column "equipment"/ },
  { what: "no column for the tag", text: heading(",tag,", ",#tag,"), at: ["1:1"], says: /no column "tag"/ },
  { what: "no heading at all", text: LINES.slice(1).join("\n"), at: ["1:1"], says: /no column/ },
  // rows
  { what: "a row without equipment", text: cell(3, "equipment", ""), at: ["3:1"], says: /"equipment" is empty/ },
  { what: "a row without a tag", text: cell(3, "tag", ""), at: ["3:2"], says: /"tag" is empty/ },
  { what: "unknown equipment", text: cell(4, "equipment", "hall.line.caper"), at: ["4:1"], says: /Did you mean "hall\.line\.capper"/ },
  { what: "unknown equipment in two rows", text: plus("x.y,a,,int", "x.y,b,,int"), at: ["6:1"], says: /1 more rows name it/ },
  { what: "a full path as equipment", text: cell(4, "equipment", "acme.galway.hall.line.capper"), at: ["4:1"], says: /no equipment/ },
  { what: "the same tag twice", text: plus(LINES[2] ?? ""), at: ["6:1"], says: /already given in .*\.csv on line 3/ },
  {
    what: "the same tag twice by another spelling",
    text: plus("hall.line.filler,_raw.bowl_level,,float"),
    at: ["6:1"],
    says: /already given/,
  },
  { what: "more cells than the heading", text: plus("hall.line,x,,int,,,,,,,,,,,d,e"), at: ["6:16"], says: /more cells than the heading/ },
  { what: "an open quote", text: plus('hall.line,x,"open'), at: ["6:13"], says: /quote/i },
  { what: "a tag name with a blank", text: cell(3, "tag", "bowl level"), at: ["3:1"], says: /"bowl level"/ },
  { what: "a tag name with a slash", text: cell(3, "tag", "bowl/level"), at: ["3:1"], says: /bowl\/level/ },
  { what: "an empty part in a tag name", text: cell(3, "tag", "bowl..level"), at: ["3:1"], says: /empty/ },
  { what: "a hostile tag name", text: cell(3, "tag", "__proto__"), at: ["3:1"], says: /__proto__/ },
  { what: "a slip in the name of a class's tag", text: cell(2, "tag", "wieght"), at: ["2:1"], says: /Did you mean "weight"/ },
  { what: "a tag of its own without a type", text: cell(3, "type", ""), at: ["3:1"], says: /needs a type/ },
  { what: "a tag of the wrong contract", text: cell(3, "tag", "_filler_v1.bowl_level"), at: ["3:1"], says: /_filler_v1/ },
  // types
  { what: "an unknown type", text: cell(3, "type", "floa"), at: ["3:4"], says: /Did you mean "float"/ },
  { what: "a type of another language", text: cell(3, "type", "REAL"), at: ["3:4"], says: /float, int/ },
  { what: "another type than the class's", text: cell(2, "type", "int"), at: ["2:1"], says: /cannot be changed from float to int/ },
  { what: "a text with a unit", text: cell(3, "type", "string"), at: ["3:1", "3:5"], says: /has no (unit|range)/ },
  { what: "an enum without values", text: cell(5, "values", ""), at: ["5:1"], says: /"values" is missing/ },
  { what: "values at a number", text: cell(3, "values", "0=Off|1=On"), at: ["3:1"], says: /Only a tag of type enum/ },
  { what: "values without an equals sign", text: cell(5, "values", "Off|On"), at: ["5:8"], says: /no list of values/ },
  { what: "values named by text", text: cell(5, "values", "off=0|on=1"), at: ["5:8", "5:8"], says: /no number of an enum/ },
  { what: "a value without text", text: cell(5, "values", "0=|1=On"), at: ["5:8"], says: /empty/ },
  // units
  { what: "an unknown unit", text: cell(3, "unit", "percents"), at: ["3:5"], says: /percents/ },
  { what: "a unit by its everyday name", text: cell(4, "unit", "Nm"), at: ["4:5"], says: /not the UCUM code.*Did you mean "N\.m"/s },
  { what: "a unit of another kind than the class's", text: cell(2, "unit", "bar"), at: ["2:1", "2:5"], says: /converts to "g"/ },
  { what: "a source unit that does not convert", text: cell(4, "source_unit", "Cel"), at: ["4:1"], says: /Cel/ },
  { what: "a source unit without a unit", text: cell(5, "source_unit", "g"), at: ["5:1"], says: /needs a unit of the tag/ },
  { what: "an unknown source unit", text: cell(4, "source_unit", "Ncm?"), at: ["4:10"], says: /Ncm/ },
  // numbers
  { what: "a minimum that is no number", text: cell(3, "min", "low"), at: ["3:6"], says: /"low" is no number/ },
  { what: "a decimal comma between commas", text: cell(3, "max", '"1,200"'), at: ["3:7"], says: /decimal comma or grouped thousands/ },
  { what: "grouped thousands", text: cell(3, "max", '"1.200,5"'), at: ["3:7"], says: /no grouping/ },
  { what: "a number with its unit", text: cell(3, "max", "100 %"), at: ["3:7"], says: /"100 %" is no number/ },
  { what: "a number too large", text: cell(3, "max", "1e999"), at: ["3:7"], says: /too large/ },
  { what: "a range upside down", text: cell(3, "min", "200"), at: ["3:7"], says: /ends at 100 before it starts at 200/ },
  { what: "an interval of zero", text: cell(3, "expected_every_seconds", "0"), at: ["3:9"], says: /above 0/ },
  { what: "a negative interval", text: cell(3, "expected_every_seconds", "-5"), at: ["3:9"], says: /above 0/ },
  // scaling
  { what: "three of four scaling points", text: cell(2, "high", ""), at: ["2:11"], says: /all four/ },
  { what: "scaling from one raw value", text: cell(2, "raw_high", "0"), at: ["2:12"], says: /two different raw values/ },
  { what: "scaling to one value", text: cell(2, "high", "0"), at: ["2:14"], says: /two different/ },
  // text
  { what: "a description too long", text: cell(3, "description", LONG), at: ["3:15"], says: /at most 512/ },
  { what: "a misspelt prefix in an address", text: cell(3, "address", "{prefx}.Lvl"), at: ["3:3"], says: /Did you mean "\{prefix\}"/ },
];
