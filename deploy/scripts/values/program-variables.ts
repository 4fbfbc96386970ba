import type { Variable, VariableTable } from "@open-vcluster/runtime";
import { FACADE_VARIABLES } from "../../../facade/src/config/variables.ts";
import { OPERATOR_VARIABLES } from "../../../operator/src/config.ts";
import { type Group, group, type Leaf } from "./value.ts";

/** Variables of the operator that templates set from other values, or that have no use in a pod. */
const OPERATOR_SET: readonly string[] = [
  "KUBECONFIG",
  "OPERATOR_ID",
  "OPERATOR_NAMESPACE",
  "WATCH_NAMESPACES",
  "POD_NAME",
  "CHART_SOURCE",
  "CHART_SOURCE_PLAIN_HTTP",
  "CHART_SOURCE_USERNAME_FILE",
  "CHART_SOURCE_PASSWORD_FILE",
  "CHART_SOURCE_CA_FILE",
  "HELM",
  "WORK_DIRECTORY",
  "FACADE_SERVICE_ACCOUNT",
  "SNAPSHOT_IMAGE",
  "SNAPSHOT_SERVICE_ACCOUNT",
  "HEALTH_HOST",
  "HEALTH_PORT",
];

/** Variables of the facade that templates set from other values, or that have no use in a pod. */
const FACADE_SET: readonly string[] = [
  "KUBECONFIG",
  "FACADE_NAMESPACE",
  "WATCH_NAMESPACES",
  "POD_NAME",
  "LISTEN_HOST",
  "LISTEN_PORT",
  "TLS_CERTIFICATE_FILE",
  "TLS_KEY_FILE",
  "CLIENT_CA_FILE",
  "OIDC_CA_FILE",
  "PAGE_TOKEN_KEY_FILE",
  // Callers from the same machine: in a pod there are none.
  "ALLOW_ANONYMOUS",
  "HEALTH_HOST",
  "HEALTH_PORT",
];

/** Names of the operator's own variables. */
export const OPERATOR_NAMES: readonly string[] = namesOf(OPERATOR_VARIABLES);

/** Names of the facade's own variables. */
export const FACADE_NAMES: readonly string[] = namesOf(FACADE_VARIABLES);

/** Values of the operator's own variables. */
export function operatorConfig(): Group {
  return configOf("operator", OPERATOR_VARIABLES, OPERATOR_SET);
}

/** Values of the facade's own variables. */
export function facadeConfig(): Group {
  return configOf("facade", FACADE_VARIABLES, FACADE_SET);
}

function configOf(program: string, table: VariableTable, set: readonly string[]): Group {
  const names = namesOf(table);
  const unknown = set.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`no variables of the ${program}: ${unknown.join(", ")}`);
  const children = Object.values(table)
    .filter(({ name }) => !set.includes(name))
    .map((variable) => [keyOf(variable), leafOf(variable)] as const);
  return group(`Settings of the ${program}; what is left out has the program's own default`, {
    ...Object.fromEntries(children),
  });
}

function namesOf(table: VariableTable): readonly string[] {
  return Object.values(table).map(({ name }) => name);
}

/** `HELM_DEADLINE` becomes `helmDeadline`; the templates go the other way. */
function keyOf({ name }: Variable<unknown>): string {
  return name.toLowerCase().replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

function leafOf({ help, fallback, schema }: Variable<unknown>): Leaf {
  const defaultText = fallback === undefined ? "not set" : fallback === "" ? "empty" : fallback;
  return { kind: "leaf", description: help, defaultText, schema: { ...schema } };
}
