import { Type } from "typebox";
import { Value } from "typebox/value";
import { FalseAlarms } from "../../../adapters/charts/index.ts";
import type { PlantModel } from "../../../core/connect/model/index.ts";
import type { Role } from "../../../core/govern/identity/index.ts";
import type { TimedSubgroup } from "../../../core/model/limits/index.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { type AdminEndpoint, AdminRefusal, type AdminRequest } from "../../kit/node.ts";
import { isAway, type RecordedSamples } from "../../operate/bound/recorded.ts";
import { isMeasured } from "./chart-request.ts";
import { MOST_PASTED, pastedSubgroups } from "./pasted.ts";
import { type FormFault, formFault } from "./form-fault.ts";
import { preview, rates, type SpcForm } from "./preview.ts";
import declaration from "./twin-spc.node.ts";

type Find = <T>(id: string) => T;

const ROLES: readonly Role[] = ["engineer", "quality", "ot-admin"];
const BODY = Type.Object(
  {
    form: Type.Object({ ...declaration.config.properties }, { additionalProperties: false }),
    pasted: Type.Optional(Type.String({ maxLength: MOST_PASTED })),
  },
  { additionalProperties: false },
);

/** For all forms of this process. */
const falseAlarms = new FalseAlarms();

/** For forms as they stand, deployed or not. */
export const endpoints: readonly AdminEndpoint[] = [
  {
    method: "post",
    path: "spc/rates",
    roles: ROLES,
    handle: async (request, find) => {
      const { form } = bodyOf(request);
      const found = await rates(form, modelOf(form, find), falseAlarms, request.gone);
      if (found === undefined) throw new AdminRefusal(409, "GONE", "Nobody waits for this any more.");
      return orRefused(found);
    },
  },
  {
    method: "post",
    path: "spc/preview",
    roles: ROLES,
    handle: async (request, find) => {
      const { form, pasted } = bodyOf(request);
      const recorded = form.historian === undefined ? undefined : deployed<RecordedSamples>(form.historian, find);
      try {
        return orRefused(
          await preview(form, pasted === undefined ? null : parsed(form, pasted), modelOf(form, find), recorded, Date.now()),
        );
      } catch (error) {
        if (isAway(error)) throw refusal(409, "AWAY", formFault("noAnswer"));
        throw error;
      }
    },
  },
];

function bodyOf({ body }: AdminRequest): { readonly form: SpcForm; readonly pasted?: string } {
  if (Value.Check(BODY, body)) return body;
  const [first] = Value.Errors(BODY, body);
  // A field that is empty is left out of the form.
  const missing = first?.keyword === "required" ? first.params.requiredProperties[0] : undefined;
  const field = missing ?? first?.instancePath.split("/").at(-1) ?? "";
  throw refusal(400, "BAD_REQUEST", field === "" ? formFault("unfinished") : formFault("incomplete", { field }));
}

function parsed(form: SpcForm, text: string): readonly TimedSubgroup[] {
  if (form.kind === "dnom-mr" || form.kind === "z-mr") throw refusal(400, "BAD_REQUEST", formFault("whichProduct"));
  const single = ["i", "i-mr", "g", "t"].includes(form.kind);
  const counted = !isMeasured(form.kind) && !single;
  const found = pastedSubgroups(text, { counted, sized: counted && form.kind !== "c", size: single ? 1 : form.size });
  if ("row" in found) throw refusal(400, "BAD_REQUEST", formFault(counted ? "rowCounts" : "rowNumbers", { row: found.row }));
  return found;
}

function orRefused<T extends object>(answer: T | FormFault): T {
  if ("message" in answer) throw refusal(409, "NOTHING_TO_SHOW", answer);
  return answer;
}

function refusal(status: number, code: string, { text, values, message }: FormFault): AdminRefusal {
  return new AdminRefusal(status, code, message, { text, values });
}

function modelOf(form: SpcForm, find: Find): PlantModel | undefined {
  return deployed<PlantService>(form.plant, find)?.model;
}

/** What is not deployed yet is not there yet. */
function deployed<T>(id: string, find: Find): T | undefined {
  try {
    return find<T>(id);
  } catch (error) {
    if (error instanceof AdminRefusal) return undefined;
    throw error;
  }
}
