import { parseRegistryKey } from "../inventory/registry-key.ts";
import { storedObjectOf } from "../inventory/stored-object.ts";

/** A part of a cluster. An object belongs to it if every filter that is given lets it pass. */
export interface Selection {
  /** Objects in these namespaces, and the Namespace objects themselves. */
  readonly namespaces?: readonly string[];
  /** `RESOURCE` of the core group, or `RESOURCE.GROUP`, such as `configmaps` or `deployments.apps`. */
  readonly kinds?: readonly string[];
  /** As a Kubernetes label selector; all requirements must hold. */
  readonly labels?: readonly LabelRequirement[];
}

export interface LabelRequirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  /** Of `In` and `NotIn`. */
  readonly values?: readonly string[];
}

const NAMESPACES = "/registry/namespaces/";

/** Whether the namespaces of a selection let a key pass; its key alone says so. Pure. */
export function selectsKey({ namespaces }: Selection, key: string): boolean {
  if (namespaces === undefined) return true;
  const { prefix, namespace, name } = parseRegistryKey(key);
  return namespaces.includes(prefix === NAMESPACES ? name : namespace);
}

/** Whether kind and labels, which the value holds, have a say. Pure. */
export function asksValue({ kinds, labels }: Selection): boolean {
  return kinds !== undefined || labels !== undefined;
}

/** Whether kinds and labels of a selection let a value pass; what is no object, or encrypted, passes no filter. Pure. */
export function selectsValue(selection: Selection, value: Uint8Array): boolean {
  if (!asksValue(selection)) return true;
  const object = storedObjectOf(value);
  if (object === undefined) return false;
  const { kinds, labels = [] } = selection;
  const [group, version] = object.apiVersion.split("/");
  const resource = resourceOf(object.kind);
  const kind = version === undefined ? resource : `${resource}.${group ?? ""}`;
  return (
    (kinds?.includes(kind) ?? true) &&
    labels.every((requirement) => holds(requirement, object.labels.get(requirement.key)))
  );
}

/**
 * The resource of a kind, by the rule of Kubernetes' code generators: right for every built-in kind, and for those of
 * custom resources that do not choose another plural.
 */
function resourceOf(kind: string): string {
  const name = kind.toLowerCase();
  if (name === "endpoints") return name;
  if (name.endsWith("s")) return `${name}es`;
  return name.endsWith("y") && !/[aeiou]y$/.test(name) ? `${name.slice(0, -1)}ies` : `${name}s`;
}

function holds({ operator, values = [] }: LabelRequirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
  }
}
