import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";

export default declareNode({
  type: "twin-boards",
  module: "see",
  kind: "node",
  version: 1,
  label: "boards",
  icon: "font-awesome/fa-dashboard",
  summary: "Serves live boards of the plant's lines in the browser, with sign-in.",
  details:
    "Every production line of the plant model gets an overview: OEE, machine states, counts, speed, losses, reasons and the age of the data. Metered lines get a board of their energy, and the plant one that compares its lines and machines. Shifts are those of each line's calendar. " +
    "The pages need no other server and load nothing from other sites.\n\n" +
    "People sign in with the accounts of `settings.twinline.identity`, and see the lines that their account covers. " +
    "Without accounts, nothing is shown.\n\n" +
    "Every machine that publishes a state has an **operator terminal** at `/boards/terminal/<equipment path>`: why it stood, counts and orders by hand. Entries need the role operator, supervisor, engineer or quality; they are recorded in the historian's ledger. An account with the role terminal makes a shared screen, at which people identify by badge or PIN, for the terminal and for measurements by hand alike.\n\n" +
    "The **alarm list** at `/boards/alarms` shows the alarms of all `twin-alarm` nodes of this historian. Acknowledging and shelving need one of the same roles, taking out of service engineer or supervisor.\n\n" +
    "The **control charts** at `/boards/charts` are those of all `twin-spc` nodes of this historian: signals are closed with cause and action, and limits proposed from a baseline (role engineer or quality), reviewed and approved (quality or supervisor).\n\n" +
    "However many people look at a board, each panel asks the historian once per refresh.",
  config: Type.Object({
    plant: Type.String({ label: "Plant", help: "The plant model whose lines get boards.", widget: "config", refers: "twin-plant" }),
    historian: Type.String({ label: "Historian", help: "Where the data comes from.", widget: "config", refers: "twin-historian" }),
    path: Type.String({
      label: "Path",
      help: "Where the boards are, below Node-RED's address for HTTP nodes.",
      pattern: "^/[a-z0-9-]+(/[a-z0-9-]+)*$",
      maxLength: 100,
      placeholder: "/boards",
      default: "/boards",
    }),
    boards: Type.Optional(
      Type.String({
        label: "Boards",
        help: "Which boards to serve: their names, separated by commas. Empty for the overviews and energy of all lines and the comparison of them; `<line>-packml` shows what a twin-packml has stored, `<line>-alarms` what a twin-alarm has, `<line>-fill` what a twin-fill-weight has, `<line>-charts` the control charts of twin-spc. With `+` before it a board is served beside the usual ones, as in `+line01-fill`.",
        placeholder: "all",
        maxLength: 2_000,
        advanced: true,
      }),
    ),
    promptMinutes: Type.Integer({
      label: "Ask for a reason after",
      help: "An operator terminal asks why a machine stands when nobody has said it for so long.",
      unit: "min",
      minimum: 1,
      maximum: 240,
      default: 5,
      advanced: true,
    }),
    shortestSeconds: Type.Integer({
      label: "Ask for no shorter stop than",
      help: "A shorter stop waits for no reason; it can be given one. Micro-stops never wait for one.",
      unit: "s",
      minimum: 0,
      maximum: 3_600,
      default: 0,
      advanced: true,
    }),
    asksExternal: Type.Boolean({
      label: "Ask for waiting too",
      help: "Whether time in which a machine waited for others (blocked, starved) waits for a reason on its terminal. The cause is at another machine.",
      default: false,
      advanced: true,
    }),
    releaseSeconds: Type.Integer({
      label: "Release after",
      help: "At a shared screen, whoever has identified by badge or PIN is released when nothing was touched for so long.",
      unit: "s",
      minimum: 10,
      maximum: 3_600,
      default: 120,
      advanced: true,
    }),
    reviewDays: Type.Integer({
      label: "Review out of service after",
      help: "An alarm that is out of service for longer is listed as one to be looked at: is that still right?",
      unit: "d",
      minimum: 1,
      maximum: 366,
      default: 30,
      advanced: true,
    }),
    secondPerson: Type.Boolean({
      label: "Second person approves limits",
      help: "Whether limits of a control chart are approved by somebody else than who proposed them. Otherwise the page shows where it was the same person.",
      default: false,
      advanced: true,
    }),
    idleMinutes: Type.Integer({
      label: "Sign out after",
      help: "A sign-in ends when no page was open for so long.",
      unit: "min",
      minimum: 1,
      maximum: 1_440,
      default: 60,
      advanced: true,
    }),
    signInHours: Type.Integer({
      label: "Sign in again after",
      help: "A sign-in ends so long after it was made, even when a page is open.",
      unit: "h",
      minimum: 1,
      maximum: 168,
      default: 12,
      advanced: true,
    }),
  }),
  texts: {
    noHttp: "Node-RED serves no HTTP nodes (httpNodeRoot is false), so boards cannot be shown.",
    taken: "Another boards node already uses the path __path__. Choose another one.",
    noAccounts: "nobody can sign in: no accounts are configured",
    faulty: "The board __board__ is faulty: __fault__",
    unknown: "There is no board __board__. The plant model gives: __known__.",
    serving: "boards: __boards__, open pages: __viewers__",
  },
});
