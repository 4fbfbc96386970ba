import { parseRegistryKey } from "../inventory/registry-key.ts";
import { type StoredObject, storedObjectOf } from "../inventory/stored-object.ts";
import { storedResource } from "../inventory/stored-resource.ts";

/** A part of a cluster. An object belongs to it if every filter that is given lets it pass. */
export interface Selection {
  /** Objects in these namespaces, and the Namespace objects themselves. */
  readonly namespaces?: readonly string[];
  /** `RESOURCE` of what Kubernetes brings itself, or `RESOURCE.GROUP`, such as `configmaps` or `deployments.apps`. */
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

/** Keys of the Namespace objects. */
export const NAMESPACES = "/registry/namespaces/";

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

/** Whether kinds and labels of a selection let a key pass; what is no object, or encrypted, has no labels to ask for. Pure. */
export function selectsValue(selection: Selection, key: string, value: Uint8Array): boolean {
  if (!asksValue(selection)) return true;
  const object = storedObjectOf(value);
  const { kinds, labels = [] } = selection;
  const isOfKind = kinds === undefined || kindsOf(key, object).some((kind) => kinds.includes(kind));
  if (labels.length === 0 || !isOfKind) return isOfKind;
  return (
    object !== undefined &&
    labels.every((requirement) => holds(requirement, object.labels.get(requirement.key)))
  );
}

/**
 * What {@link Selection.kinds} may call the objects of a key: the resource with its group, and without it where Kubernetes
 * itself brings it, whose keys name no group. Pure.
 */
export function kindsOf(key: string, object: StoredObject | undefined): readonly string[] {
  const stored = storedResource(parseRegistryKey(key).prefix);
  if (object === undefined || stored.includes(".")) return [stored];
  const [group = "", version] = object.apiVersion.split("/");
  const resource = resourceOf(object.kind);
  return version === undefined ? [stored, resource] : [stored, resource, `${resource}.${group}`];
}

/** The resource of a kind, by the rule of Kubernetes' code generators, which is right for every built-in kind. */
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
