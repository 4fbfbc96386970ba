import { STORE_ANNOTATION } from "@open-vcluster/crds";
import type { ReleaseRevision } from "../helm/releases.ts";
import type { StoreMark } from "./past.ts";
import type { NamespaceSeen } from "./seen.ts";

/** The text of the annotation. Pure. */
export function formatStore({ type, members }: StoreMark): string {
  return `${type}/${members}`;
}

/**
 * The store that an instance started with: from the mark on its namespace, which outlives the release; failing that,
 * from whatever revision is left. Undefined before the first. Pure.
 */
export function startedStore(
  namespace: NamespaceSeen,
  revisions: readonly ReleaseRevision[],
): StoreMark | undefined {
  const mark = namespace.kind === "ours" ? namespace.annotations[STORE_ANNOTATION] : undefined;
  const [type = "", count = ""] = mark?.split("/") ?? [];
  if (type !== "") return { type, members: Number.parseInt(count, 10) || 0 };
  const members = revisions.find(({ ours, etcdMembers }) => ours && etcdMembers > 0)?.etcdMembers;
  return members === undefined ? undefined : { type: "etcd", members };
}
