/**
 * What a status calls the objects of one prefix of keys: RESOURCE, or RESOURCE.GROUP where the prefix names a group, as
 * it does for custom resources. Pure; total: what is no prefix of Kubernetes stays as it is.
 */
export function storedResource(prefix: string): string {
  const [before, root, first = "", second = ""] = prefix.split("/");
  if (before !== "" || root !== "registry" || first === "") return prefix;
  if (second === "") return first;
  // The only built-in resources one level deeper than all others.
  if (first === "services") return second === "specs" ? first : second;
  return `${second}.${first}`;
}
