import { answerChecks, type HealthChecks } from "@open-vcluster/runtime";
import { answerText, type Door, pathOf } from "./door.ts";

/** Answers `/healthz` and `/readyz` on the port of the API, for load balancers that look there. */
export function createHealthDoor(ready: HealthChecks): Door {
  const checks = new Map<string, HealthChecks>([
    ["/healthz", {}],
    ["/readyz", ready],
  ]);
  return (request, response) => {
    const wanted = checks.get(pathOf(request));
    if (wanted === undefined) return false;
    const { status, text } = answerChecks(wanted);
    answerText(response, status, text);
    return true;
  };
}
