import { Failure } from "@open-vcluster/runtime";
import { messageError } from "../call/fault.ts";
import type { RefuseStray } from "../call/strays.ts";
import { answerError, callErrorOf } from "../rest/answer-error.ts";
import type { Door } from "./door.ts";

/** The last door: refuses every request, because no other door knows its path. */
export function createLostDoor(refuseStray: RefuseStray): Door {
  return (request, response) => {
    const failure = new Failure("notFound", "PathNotFound", "There is no such path; see /");
    answerError(response, callErrorOf(refuseStray(request, failure), messageError));
    return true;
  };
}
