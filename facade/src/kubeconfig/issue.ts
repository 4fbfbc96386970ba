import { boundsAt } from "@open-vcluster/api";
import type { VClusterInstance } from "@open-vcluster/crds";
import { type ExecPlugin, Failure, renderKubeconfig } from "@open-vcluster/runtime";
import { refusedField } from "../translate/refuse.ts";
import { issueToken } from "./token.ts";
import type { OpenVirtual } from "./virtual-access.ts";

/** Forms of a kubeconfig: the token in it, or a program that asks for one each time. */
export type KubeconfigFormat = "token" | "exec";

/** What is asked for. */
export interface KubeconfigWish {
  readonly format: KubeconfigFormat;
  readonly validityMs: number;
  /** Base URL at which the caller reaches this API. */
  readonly apiUrl: string;
}

/** A kubeconfig without long-lived credentials. */
export interface IssuedKubeconfig {
  /** YAML. */
  readonly text: string;
  readonly endpoint: string;
  /** Absent where nothing in it expires. */
  readonly expiresMs?: number;
}

/** The URL becomes part of a shell command, and may come from a header. */
const QUOTABLE_URL = /^https?:\/\/[A-Za-z0-9.:[\]/_-]+$/;
const HOUR_MS = 60 * 60 * 1_000;
const { maximum: MAX_HOURS } = boundsAt("GetVClusterKubeconfigRequest.validity_hours", "maximum");

/** Reads `format`; `default` and the empty text are the token form. Throws `invalid`. Pure. */
export function formatOf(text: string): KubeconfigFormat {
  if (text === "" || text === "default" || text === "token") return "token";
  if (text === "exec") return "exec";
  throw refusedField("format", "must be default, token or exec");
}

/** Reads `validity_hours`; 0 is an hour. Throws `invalid`. Pure. */
export function validityOf(hours: number): number {
  if (hours < 0 || hours > MAX_HOURS) {
    throw refusedField("validity_hours", `must be 0 to ${MAX_HOURS}; 0 is one hour`);
  }
  return (hours === 0 ? 1 : hours) * HOUR_MS;
}

/** Makes a kubeconfig for a virtual cluster. Throws as {@link issueToken} and the opener. */
export async function issueKubeconfig(
  open: OpenVirtual,
  instance: VClusterInstance,
  wish: KubeconfigWish,
): Promise<IssuedKubeconfig> {
  const access = await open(instance);
  const { name } = instance.metadata;
  const target = { server: access.endpoint, contextName: name };
  try {
    if (wish.format === "exec") {
      const text = renderKubeconfig(target, { ca: access.ca }, pluginOf(instance, wish));
      return { text, endpoint: access.endpoint };
    }
    const { token, expiresMs } = await issueToken(access.client, wish.validityMs);
    const text = renderKubeconfig(target, { ca: access.ca, token });
    return { text, endpoint: access.endpoint, expiresMs };
  } finally {
    await access.client.close();
  }
}

/**
 * The caller's own token comes from the environment and reaches curl through its standard input, so that no process
 * list shows it.
 */
function pluginOf(
  { metadata }: VClusterInstance,
  { apiUrl, validityMs }: KubeconfigWish,
): ExecPlugin {
  if (!QUOTABLE_URL.test(apiUrl)) throw unknownUrl();
  const path = `/v1/namespaces/${metadata.namespace ?? ""}/vclusters/${metadata.name}/credential`;
  const url = `${apiUrl}${path}?validityHours=${validityMs / HOUR_MS}`;
  const script = `: "\${OPENVCLUSTER_TOKEN:?must hold a token for the API of open-vcluster}" && printf 'header = "Authorization: Bearer %s"\\n' "$OPENVCLUSTER_TOKEN" | curl --silent --show-error --fail \${OPENVCLUSTER_CA_FILE:+--cacert "$OPENVCLUSTER_CA_FILE"} --config - '${url}'`;
  return {
    command: "sh",
    args: ["-c", script],
    installHint:
      "sh and curl are needed, and a token for the API of open-vcluster in the variable OPENVCLUSTER_TOKEN; OPENVCLUSTER_CA_FILE names the authority of its certificate, if the system does not know it",
  };
}

function unknownUrl(): Failure {
  return new Failure(
    "precondition",
    "PublicUrlUnknown",
    "The request does not say under which URL this API is reached; ask with a plain host name, or have PUBLIC_URL set",
  );
}
