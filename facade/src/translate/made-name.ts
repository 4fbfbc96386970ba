import { hash, randomBytes } from "node:crypto";

/** Hex digits behind the name of the virtual cluster. */
const DIGITS = 10;

/**
 * A name for an object that a request makes without naming it: the same for the same principal and request id, so that a
 * repetition means the same object; another one for every call without an id.
 */
export function madeName(instance: string, principal: string, requestId: string): string {
  const digits =
    requestId === ""
      ? randomBytes(DIGITS).toString("hex")
      : hash("sha256", JSON.stringify([principal, requestId]), "hex");
  return `${instance}-${digits.slice(0, DIGITS)}`;
}
