import { readRequest, readRule } from "../../../core/govern/read-request/index.ts";
import { defineNode } from "../../kit/define-node.ts";
import declaration from "./twin-read-only.node.ts";

export default defineNode(declaration, (node) => {
  const rule = readRule(node.config.request, node.config.addresses.split("\n"));
  if ("problem" in rule) throw new Error(node.text("addresses", { problem: rule.problem }));
  let passed = 0;
  let dropped = 0;
  node.status("idle", node.text("idle"));

  return {
    onInput(message, send) {
      const verdict = readRequest(message, rule);
      if ("reject" in verdict) return node.reject([verdict.reject], message);
      passed += 1;
      dropped += verdict.dropped.length;
      node.status("ok", node.text(dropped > 0 ? "left" : "passed", { passed, dropped }));
      const id = message["_msgid"];
      return send({ requests: { ...verdict.request, ...(typeof id === "string" ? { _msgid: id } : {}) } });
    },
  };
});
