import { parse, stringify } from "yaml";

/** How a client proves itself to a cluster, and how it knows the server. PEM text. */
export interface ClusterCredentials {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

/** An exec plugin of a kubeconfig: a program that prints an ExecCredential. */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  /** What a user whose machine lacks the program is told. */
  readonly installHint: string;
}

/** Where a kubeconfig points. */
export interface KubeconfigTarget {
  /** `https://…`, without a slash at the end. */
  readonly server: string;
  /** Name of cluster, user and context in the file: what people see in `kubectl config get-contexts`. */
  readonly contextName: string;
}

/** What a kubeconfig with one context says. */
export interface KubeconfigContent {
  readonly server: string;
  readonly credentials: ClusterCredentials;
}

/** Renders a kubeconfig with one context. Deterministic. Pure. */
export function renderKubeconfig(
  { server, contextName }: KubeconfigTarget,
  credentials: ClusterCredentials,
  exec?: ExecPlugin,
): string {
  const cluster = { server, "certificate-authority-data": base64(credentials.ca) };
  const user = exec === undefined ? userOf(credentials) : { exec: execOf(exec) };
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: contextName, cluster }],
      users: [{ name: contextName, user }],
      contexts: [{ name: contextName, context: { cluster: contextName, user: contextName } }],
      "current-context": contextName,
    },
    { lineWidth: 0 },
  );
}

/**
 * Reads the first cluster and user of a kubeconfig. Undefined if it is none, or if either has no usable credentials.
 * Pure.
 */
export function readKubeconfig(yaml: string): KubeconfigContent | undefined {
  let config: Kubeconfig | null;
  try {
    config = parse(yaml) as Kubeconfig | null;
  } catch {
    return undefined;
  }
  const cluster = config?.clusters?.[0]?.cluster ?? {};
  const user = config?.users?.[0]?.user ?? {};
  const credentials = usableCredentials({
    ca: decoded(cluster["certificate-authority-data"]),
    cert: decoded(user["client-certificate-data"]),
    key: decoded(user["client-key-data"]),
    token: textOf(user["token"]),
  });
  return credentials === undefined ? undefined : { server: textOf(cluster["server"]), credentials };
}

/** The credentials in these parts, empty text meaning absent; undefined if they prove nothing. Pure. */
export function usableCredentials(
  parts: Readonly<Record<"ca" | "cert" | "key" | "token", string>>,
): ClusterCredentials | undefined {
  const { ca, cert, key, token } = parts;
  if (ca === "") return undefined;
  if (cert !== "" && key !== "") return { ca, cert, key };
  return token === "" ? undefined : { ca, token };
}

interface Kubeconfig {
  readonly clusters?: readonly { readonly cluster?: Readonly<Record<string, unknown>> }[];
  readonly users?: readonly { readonly user?: Readonly<Record<string, unknown>> }[];
}

function userOf(credentials: ClusterCredentials): Readonly<Record<string, string>> {
  const { cert, key, token } = credentials;
  return {
    ...(cert === undefined ? {} : { "client-certificate-data": base64(cert) }),
    ...(key === undefined ? {} : { "client-key-data": base64(key) }),
    ...(token === undefined ? {} : { token }),
  };
}

function execOf({ command, args, installHint }: ExecPlugin): Readonly<Record<string, unknown>> {
  return {
    apiVersion: "client.authentication.k8s.io/v1",
    command,
    args,
    installHint,
    interactiveMode: "Never",
    provideClusterInfo: false,
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function decoded(value: unknown): string {
  return Buffer.from(textOf(value), "base64").toString("utf8");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
