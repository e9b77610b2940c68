import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";

export default declareNode({
  type: "twin-plant",
  module: "connect",
  kind: "config",
  version: 1,
  label: "plant",
  summary: "The plant model: equipment, tags, products and shifts of one site, read from YAML files.",
  details:
    "All `.yaml` files of the directory are parts of one model. Each may hold any of `plant`, `equipment`, `classes`, `products` and `calendars`.\n\n" +
    "A faulty file stops the deploy with file, line, field and what is allowed. Files that turn faulty later change nothing: the last good model stays in use, and the status says so.\n\n" +
    "Equipment classes hold the tags of a kind of machine; an instance names its class and the prefix of its addresses.",
  icon: "font-awesome/fa-industry",
  config: Type.Object({
    directory: Type.String({
      label: "Directory",
      help: "Where the YAML files are; a relative path lies below Node-RED's user directory.",
      minLength: 1,
      maxLength: 1024,
      default: "plant",
      placeholder: "plant",
    }),
    watch: Type.Boolean({
      label: "Follow changes",
      help: "Load the model again when a file in the directory changes.",
      default: true,
    }),
  }),
  texts: {
    loading: "reading the plant model",
    loaded: "__tags__ tags, __assets__ assets, revision __revision__",
    warned: "__tags__ tags, __assets__ assets, __warnings__ warnings",
    kept: "__count__ problems in the files; revision __revision__ stays in use",
    faulty: "The plant model has __count__ problems. The first: __first__",
    noUserDir: "Node-RED names no user directory. Give the directory of the plant files as an absolute path.",
  },
});
