import { Failure } from "../failure.ts";
import type { ObjectKey, ResourceType } from "./object.ts";

/** Query parameters; `undefined` ones are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The path of a collection: of one namespace, or of all when `namespace` is absent. Pure. */
export function collectionPath(type: ResourceType, namespace: string | undefined): string {
  const root = type.group === "" ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  if (!type.namespaced || namespace === undefined || namespace === "") {
    return `${root}/${type.plural}`;
  }
  return `${root}/namespaces/${segment(namespace, "namespace")}/${type.plural}`;
}

/**
 * The path of one object. Throws `invalid` when a name is missing or is no path segment: an empty name
 * would mean the whole collection. Pure.
 */
export function objectPath(type: ResourceType, key: ObjectKey, subresource?: string): string {
  if (type.namespaced && (key.namespace === undefined || key.namespace === "")) {
    throw new Failure(
      "invalid",
      "NamespaceMissing",
      `${type.kind} "${key.name}" needs a namespace`,
    );
  }
  const path = `${collectionPath(type, key.namespace)}/${segment(key.name, "name")}`;
  return subresource === undefined ? path : `${path}/${subresource}`;
}

/** The path with its query. Pure. */
export function withQuery(path: string, query: Query | undefined): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === "" ? path : `${path}?${text}`;
}

function segment(text: string, what: string): string {
  if (text === "" || text === "." || text === ".." || /[/%]/.test(text)) {
    throw new Failure("invalid", "NameInvalid", `"${text}" is not a ${what} of an object`);
  }
  return encodeURIComponent(text);
}
