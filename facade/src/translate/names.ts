import { boundsAt } from "@open-vcluster/api";
import type { FieldViolation } from "@open-vcluster/runtime";
import { within } from "./within.ts";

const DEFAULT_NAMESPACE = "default";
const isName = within(boundsAt("CreateVClusterRequest.name"));
const isNamespace = within(boundsAt("CreateVClusterRequest.namespace"));
// YAML reads these as a truth value or as nothing, and Helm values are YAML.
const YAML_WORDS: ReadonlySet<string> = new Set([
  "y",
  "n",
  "yes",
  "no",
  "on",
  "off",
  "true",
  "false",
  "null",
]);

/** The namespace that a request means. */
export function namespaceOf(request: { readonly namespace: string }): string {
  return request.namespace === "" ? DEFAULT_NAMESPACE : request.namespace;
}

/** What is wrong with the name of a virtual cluster. */
export function nameViolations(name: string, field = "name"): readonly FieldViolation[] {
  if (name === "") return [{ field, description: "must be set" }];
  if (YAML_WORDS.has(name)) {
    return [
      { field, description: "must not be a word that YAML reads as a value: choose another" },
    ];
  }
  if (isName(name)) return [];
  const description =
    "must have at most 40 lower case letters, digits and '-', start with a letter and end with a letter or digit";
  return [{ field, description }];
}

/** What is wrong with a namespace; empty is the default one. */
export function namespaceViolations(
  namespace: string,
  field = "namespace",
): readonly FieldViolation[] {
  if (namespace === "" || isNamespace(namespace)) return [];
  return [
    { field, description: "must be a DNS label of at most 63 lower case letters, digits and '-'" },
  ];
}
