import { Failure } from "@open-vcluster/runtime";

/** Reasons for which the API server takes no object, whoever asks how often, until somebody changes something. */
const REFUSALS: ReadonlySet<string> = new Set([
  "AdmissionDenied",
  "Forbidden",
  "Invalid",
  "NamespaceTerminating",
  "QuotaExceeded",
]);

/** What the API server says of an object that a quota, a policy or its rules keep out; undefined for any other error. Pure. */
export function refusalWords(thrown: unknown): string | undefined {
  return thrown instanceof Failure && REFUSALS.has(thrown.reason) ? thrown.message : undefined;
}
