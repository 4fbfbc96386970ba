/** How the names of the cluster's own users and groups begin, such as `system:masters`. */
const RESERVED = "system:";

/** The first name that only the host cluster itself may give to somebody; `undefined` if there is none. Pure. */
export function reservedName(names: readonly string[]): string | undefined {
  return names.find((name) => name.startsWith(RESERVED));
}
