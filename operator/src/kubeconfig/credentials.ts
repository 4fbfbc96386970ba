import {
  type ClusterCredentials,
  Failure,
  readKubeconfig,
  usableCredentials,
} from "@open-vcluster/runtime";

/** The data of a Secret as the API returns it: base64 text by key. */
export type SecretData = Readonly<Record<string, string>>;

/**
 * Reads the credentials out of Secret `vc-NAME`.
 *
 * The syncer writes them twice: as `config` (a kubeconfig) and in parts (`certificate-authority`, `client-certificate`,
 * `client-key`, `token`). The parts win; versions that lack them leave the kubeconfig. Pure.
 *
 * @throws Failure `unavailable`, reason `KubeconfigIncomplete`, while the Secret has no usable credentials.
 */
export function readCredentials(data: SecretData): ClusterCredentials {
  const parts = usableCredentials({
    ca: text(data["certificate-authority"]),
    cert: text(data["client-certificate"]),
    key: text(data["client-key"]),
    token: text(data["token"]),
  });
  const credentials = parts ?? readKubeconfig(text(data["config"]))?.credentials;
  if (credentials === undefined) {
    throw new Failure(
      "unavailable",
      "KubeconfigIncomplete",
      "The control plane has not written usable credentials yet; they come with its leader's start",
    );
  }
  return credentials;
}

function text(base64: string | undefined): string {
  return Buffer.from(base64 ?? "", "base64").toString("utf8");
}
