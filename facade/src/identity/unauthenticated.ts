import { Failure } from "@open-vcluster/runtime";

/** What a caller without valid credentials is told; why they are not valid is for the log. */
export function unauthenticated(message: string, cause?: unknown): Failure {
  return new Failure("denied", "Unauthenticated", message, { cause });
}
