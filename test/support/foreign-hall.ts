/**
 * Somebody else's packaging hall behind a real OPC UA server: two lines of six machines, 300 variables each, with the names
 * that their PLC programmers chose, states in numbers of their own and counts that grow in real time. Its own books say what
 * really happened.
 */
import { hostname } from "node:os";
import { join } from "node:path";
import { OPCUACertificateManager } from "node-opcua-certificate-manager";
import { DataType, MessageSecurityMode, SecurityPolicy, StatusCodes } from "node-opcua-client";
import { OPCUAServer } from "node-opcua-server";
import { bookOf, type ForeignBook } from "./foreign-book.ts";

/** What a machine is called and what its programmer called things. */
interface Make {
  readonly folder: string;
  readonly state: string;
  /** Text per number; absent: the server publishes plain numbers. */
  readonly texts: boolean;
  readonly total: string;
  readonly scrap: string;
  readonly alive: string;
  readonly rest: readonly string[];
  /** Units per minute while it runs. */
  readonly rate: number;
}

/** Their numbers: the same on all machines of this hall, and nobody else's. */
const FOREIGN_STATES = { 10: "Automatik", 20: "Bereit", 31: "Stau Auslauf", 32: "Mangel Zulauf", 90: "Stoerung" } as const;
type ForeignState = keyof typeof FOREIGN_STATES;

const DRIVE = ["Drehzahl_Ist", "Drehzahl_Soll", "Strom_L1", "Temp_Wicklung", "FU_Status"];
const MAKES: readonly Make[] = [
  {
    folder: "M01_Entpalettierer",
    state: "iBetrZust",
    texts: true,
    total: "udStkGes",
    scrap: "udStkAus",
    alive: "uiLebensz",
    rest: DRIVE,
    rate: 720,
  },
  {
    folder: "M02_Fueller",
    state: "iBetrZust",
    texts: true,
    total: "udStkGes",
    scrap: "udStkAus",
    alive: "uiLebensz",
    rest: ["rFuellGew_g", "rProdTemp", "rKesselDruck", ...DRIVE],
    rate: 600,
  },
  {
    folder: "M03_Verschliesser",
    state: "iBetrZust",
    texts: true,
    total: "udStkGes",
    scrap: "udStkAus",
    alive: "uiLebensz",
    rest: ["rDrehmoment", "iKopfNr", ...DRIVE],
    rate: 660,
  },
  {
    folder: "M04_CheckWeigher",
    state: "MachStatus",
    texts: true,
    total: "CntTotal",
    scrap: "CntRej",
    alive: "LifeCnt",
    rest: ["ActWeight", ...DRIVE],
    rate: 700,
  },
  {
    folder: "M05_Etikett",
    state: "MachStatus",
    texts: false,
    total: "CntTotal",
    scrap: "CntRej",
    alive: "LifeCnt",
    rest: ["LblOffset", "RollRemain", ...DRIVE],
    rate: 700,
  },
  { folder: "M06_Packer", state: "MachStatus", texts: false, total: "CntTotal", scrap: "CntRej", alive: "LifeCnt", rest: DRIVE, rate: 720 },
];
export const FOREIGN_MACHINES = MAKES.map(({ folder }) => folder);
/** The machine at which the line is measured, and its design speed in units per minute. */
export const FOREIGN_CONSTRAINT = { folder: "M02_Fueller", idealRate: 660 } as const;
const FOREIGN_LINES = ["Linie3", "Linie4"] as const;
export type ForeignLineName = (typeof FOREIGN_LINES)[number];
export const FOREIGN_USER = { name: "leser", password: "liest-nur" } as const;
const VARIABLES_PER_MACHINE = 50;
const TICK_MS = 100;
const NAMESPACE = "http://halle2.example/plc";

export interface ForeignHall {
  readonly endpoint: string;
  /** What really happened at a machine. */
  book(line: ForeignLineName, folder: string): ForeignBook;
  stop(): Promise<void>;
}

interface Live {
  setValueFromSource(value: { dataType: DataType; value: unknown }, status: typeof StatusCodes.Good, time: Date): void;
}

export async function startForeignHall(pkiDir: string, port = 0): Promise<ForeignHall> {
  const pki = new OPCUACertificateManager({ rootFolder: pkiDir, automaticallyAcceptUnknownCertificate: true, disableFileWatchers: true });
  await pki.initialize();
  const certificateFile = join(pkiDir, "own", "certs", "hall.pem");
  await pki.createSelfSignedCertificate({
    applicationUri: "urn:halle2:plc",
    subject: "/CN=PLC Halle 2/O=Halle 2",
    dns: ["localhost", hostname()],
    ip: ["127.0.0.1"],
    startDate: new Date(),
    validity: 30,
    outputFile: certificateFile,
  });
  const server = new OPCUAServer({
    certificateFile,
    privateKeyFile: pki.privateKey,
    host: "127.0.0.1",
    hostname: "127.0.0.1",
    port,
    serverCertificateManager: pki,
    userCertificateManager: pki,
    securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
    securityModes: [MessageSecurityMode.None, MessageSecurityMode.SignAndEncrypt],
    allowAnonymous: false,
    disableDiscovery: true,
    userManager: { isValidUser: (name: string, password: string) => name === FOREIGN_USER.name && password === FOREIGN_USER.password },
    serverInfo: { applicationUri: "urn:halle2:plc", productUri: "urn:halle2:plc" },
  });
  await server.initialize();
  const machines = FOREIGN_LINES.flatMap((line, at) => MAKES.map((make, index) => new Machine(line, make, at * 6 + index)));
  build(server, machines);
  await server.start();
  const timer = setInterval(() => {
    const now = Date.now();
    for (const machine of machines) machine.tick(now);
  }, TICK_MS);
  return {
    endpoint: `opc.tcp://127.0.0.1:${server.endpoints[0]?.port ?? 0}`,
    book(line, folder) {
      const machine = machines.find((one) => one.line === line && one.make.folder === folder);
      if (machine === undefined) throw new Error(`There is no ${folder} on ${line}.`);
      return machine.book;
    },
    async stop() {
      clearInterval(timer);
      await server.shutdown(0);
      await pki.dispose();
    },
  };
}

/** In 40 s: 26 s running, 6 s blocked, 5 s faulty, 3 s waiting; each machine begins elsewhere in it. */
const CYCLE: readonly (readonly [untilMs: number, state: ForeignState])[] = [
  [26_000, 10],
  [32_000, 31],
  [37_000, 90],
  [40_000, 20],
];

class Machine {
  readonly line: ForeignLineName;
  readonly make: Make;
  readonly book: ForeignBook = bookOf(10);
  readonly #seed: number;
  readonly #live = new Map<string, readonly [Live, DataType]>();
  #last = Date.now();
  #made = 41_000;
  #scrap = 300;
  #part = 0;

  constructor(line: ForeignLineName, make: Make, seed: number) {
    this.line = line;
    this.make = make;
    this.#seed = seed;
  }

  adopt(name: string, variable: Live, type: DataType): void {
    this.#live.set(name, [variable, type]);
  }

  tick(now: number): void {
    const { state, total, scrap, alive, rest, rate } = this.make;
    const at = (now + this.#seed * 7_000) % 40_000;
    const present = CYCLE.find(([until]) => at < until)?.[1] ?? 20;
    if (present === 10) this.#part += ((now - this.#last) * rate) / 60_000;
    this.#last = now;
    const made = Math.floor(this.#part);
    this.#part -= made;
    this.#made += made;
    const rejected = Math.floor(this.#made * 0.04) - Math.floor((this.#made - made) * 0.04);
    this.#scrap += rejected;
    this.book.note({ time: now, state: present, made, scrap: rejected });
    this.#set(state, present, now);
    this.#set(total, this.#made, now);
    this.#set(scrap, this.#scrap, now);
    this.#set(alive, Math.floor(now / 1000) % 65_536, now);
    if (now % 1000 < TICK_MS) rest.forEach((name, index) => this.#set(name, 20 + index + Math.sin(now / 9_000 + index), now));
  }

  #set(name: string, value: number, now: number): void {
    const [variable, dataType] = this.#live.get(name) ?? [];
    if (variable === undefined || dataType === undefined) return;
    const whole = dataType === DataType.Double ? value : Math.round(value);
    variable.setValueFromSource({ dataType, value: whole }, StatusCodes.Good, new Date(now));
  }
}

/** PLC_1 / DB_Linie3 / M02_Fueller / … with node ids as a Siemens PLC writes them: s="DB_Linie3"."M02_Fueller"."iBetrZust". */
function build(server: OPCUAServer, machines: readonly Machine[]): void {
  const space = server.engine.addressSpace;
  if (!space) throw new Error("The OPC UA server has no address space");
  const namespace = space.registerNamespace(NAMESPACE);
  const plc = namespace.addFolder(space.rootFolder.objects, { browseName: "PLC_1", nodeId: "s=PLC_1" });
  const lines = new Map(
    FOREIGN_LINES.map((line) => [line, namespace.addFolder(plc, { browseName: `DB_${line}`, nodeId: `s="DB_${line}"` })]),
  );
  for (const machine of machines) {
    const { make } = machine;
    const root = `"DB_${machine.line}"."${make.folder}"`;
    const folder = namespace.addFolder(lines.get(machine.line) as never, { browseName: make.folder, nodeId: `s=${root}` });
    const common = (name: string) => ({ browseName: name, nodeId: `s=${root}."${name}"`, componentOf: folder, minimumSamplingInterval: 0 });
    const plain = (name: string, type: DataType, value: unknown): void => {
      const variable = namespace.addVariable({ ...common(name), dataType: type, value: { dataType: type, value } });
      machine.adopt(name, variable, type);
    };
    if (make.texts) {
      const enumValues = Object.entries(FOREIGN_STATES).map(([value, displayName]) => ({ value: Number(value), displayName }));
      const state = namespace.addMultiStateValueDiscrete({ ...common(make.state), dataType: "UInt32", enumValues, value: 20 });
      machine.adopt(make.state, state, DataType.UInt32);
    } else plain(make.state, DataType.Int16, 20);
    plain(make.total, DataType.UInt32, 0);
    plain(make.scrap, DataType.UInt32, 0);
    plain(make.alive, DataType.UInt16, 0);
    for (const name of make.rest) plain(name, name.startsWith("i") || name === "FU_Status" ? DataType.Int16 : DataType.Double, 0);
    if (make.folder === FOREIGN_CONSTRAINT.folder) plain("rNennLeistung_min", DataType.Double, FOREIGN_CONSTRAINT.idealRate);
    const named = 4 + make.rest.length + (make.folder === FOREIGN_CONSTRAINT.folder ? 1 : 0);
    for (let spare = named; spare < VARIABLES_PER_MACHINE; spare += 1)
      plain(`xMerker_${String(spare).padStart(2, "0")}`, DataType.Boolean, spare % 3 === 0);
  }
}
