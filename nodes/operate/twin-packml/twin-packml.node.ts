import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";
import { bindField, plantField, targetField } from "../bound/fields.ts";

export default declareNode({
  type: "twin-packml",
  module: "operate",
  kind: "node",
  version: 1,
  label: "packml",
  summary: "State, unit mode and times of PackML machines (ISA-TR88.00.02), and transitions that the state model does not allow.",
  details:
    "Wire the samples of one or more machines into it, in any order. Which tags carry the state, as a number or a text, and the unit mode stands in the equipment class (`roles`); its `stateMap` names the numbering.\n\n" +
    "Every change of state becomes one event `packml.transition.v1`: from, to, the mode, whether the state model allows it, and which states it allows instead. Nothing is concluded across a time in which the state was not known. A late sample states again what it changes, as the next revision; one that takes a transition back states it with `from` equal to `to`. That reaches 8 h or 2,000 readings back.\n\n" +
    "An illegal transition is an illegal program, a state that passed between two readings, or the wrong numbering: shorten the sampling interval of the state, or look at `stateMap`.\n\n" +
    "**Times.** Named as PackTags name them, in milliseconds: how long the present state and mode have held, and the time spent in each since the last reset. They follow the source time of the samples, so they stand still while nothing arrives; a machine with a heartbeat tells the time by it.",
  inputs: [
    { property: "payload", type: "Sample | Sample[]", help: "samples of the machines; those of other tags are passed over." },
    {
      property: "reset",
      type: "true | string",
      help: "starts the cumulative times anew, of all machines or of the one with this path. Samples in the same message come first.",
    },
  ],
  outputs: [
    { name: "events", label: "events", help: "`packml.transition.v1`, first statements and corrections." },
    {
      name: "samples",
      label: "samples",
      help: "`<asset>._packtags_v1.state_current`, `unit_mode_current`, `state_current_time`, `state_cumulative_time.<state>` and so on, at every change and every 10 s of source time.",
    },
    { name: "rejects", label: "rejects", help: "what was refused, with the reason." },
  ],
  icon: "font-awesome/fa-random",
  config: Type.Object({
    plant: plantField,
    bind: bindField("machine"),
    target: targetField(),
    legality: Type.Union([Type.Literal("opcua"), Type.Literal("tr88-2015")], {
      label: "State model",
      help: "Which transitions are legal. OPC UA allows Hold also while starting, suspended and on the way there and back; TR88.00.02-2015 from Execute only.",
      choices: { opcua: "OPC UA for PackML (OPC 30050)", "tr88-2015": "ISA-TR88.00.02-2015" },
      default: "opcua",
    }),
  }),
  texts: {
    nothing: "No PackML machine is bound: the plant model has no __bind__ __target__ with a PackML state.",
    waiting: "waiting for samples of __count__ machines",
    one: "__state__, __mode__",
    state: "__state__",
    unknown: "state not known",
    many: "__running__ of __count__ machines in Execute",
    illegal: "illegal: __from__ to __to__",
    noMachine: "There is no machine __asset__ here to reset.",
  },
});
