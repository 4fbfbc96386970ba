import { MAX_INSTANCE_NAME_LENGTH } from "@open-vcluster/crds";
import type { FieldViolation } from "@open-vcluster/runtime";

const DEFAULT_NAMESPACE = "default";
const NAME = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const NAMESPACE = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
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
  if (name.length <= MAX_INSTANCE_NAME_LENGTH && NAME.test(name)) return [];
  const description =
    "must have at most 40 lower case letters, digits and '-', start with a letter and end with a letter or digit";
  return [{ field, description }];
}

/** What is wrong with a namespace; empty is the default one. */
export function namespaceViolations(
  namespace: string,
  field = "namespace",
): readonly FieldViolation[] {
  if (namespace === "" || NAMESPACE.test(namespace)) return [];
  return [
    { field, description: "must be a DNS label of at most 63 lower case letters, digits and '-'" },
  ];
}
