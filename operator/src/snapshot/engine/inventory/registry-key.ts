/** What the key of an object says of it; it says so even where the value is encrypted. */
export interface RegistryKey {
  /** Everything before namespace and name, with a slash at its end: `/registry/pods/`. */
  readonly prefix: string;
  /** Empty for what belongs to no namespace. */
  readonly namespace: string;
  readonly name: string;
}

/** `services/specs` and `services/endpoints`: the only built-in resources one level deeper than all others. */
const NESTED = "services";

/**
 * Takes the key of a Kubernetes object apart. Pure; total: any other key has no namespace.
 *
 * kube-apiserver writes `/registry/RESOURCE/[NAMESPACE/]NAME`, and `/registry/GROUP/RESOURCE/[NAMESPACE/]NAME` for
 * custom resources and API registrations, whose groups always hold a dot.
 */
export function parseRegistryKey(key: string): RegistryKey {
  const [before, root, ...parts] = key.split("/");
  if (before !== "" || root !== "registry") return atLastSlash(key);
  const [resource = ""] = parts;
  const depth = resource.includes(".") || resource === NESTED ? 2 : 1;
  const prefix = ["", root, ...parts.slice(0, depth), ""].join("/");
  const [first = "", second] = parts.slice(depth);
  if (parts.length === depth + 1) return { prefix, namespace: "", name: first };
  if (parts.length === depth + 2) return { prefix, namespace: first, name: second ?? "" };
  return atLastSlash(key);
}

function atLastSlash(key: string): RegistryKey {
  const end = key.lastIndexOf("/") + 1;
  return { prefix: key.slice(0, end), namespace: "", name: key.slice(end) };
}
