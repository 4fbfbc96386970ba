import type { JsonObject } from "../../json.ts";
import type { RenderInput } from "../renderer.ts";

const NGINX_PASSTHROUGH = "nginx.ingress.kubernetes.io/ssl-passthrough";

/**
 * How the control plane is reached and as whom it runs: ingress, ServiceAccount, addresses and plugins.
 *
 * @param input - what is rendered
 * @returns values, one object for each concern, to be merged in order
 */
export function exposureValues(input: RenderInput): readonly JsonObject[] {
  return [
    ingressValues(input),
    serviceAccountValues(input),
    networkValues(input),
    pluginValues(input),
  ];
}

function ingressValues(input: RenderInput): JsonObject {
  const ingress = input.spec.ingress;
  if (ingress === undefined) return {};
  const { host, className, tls } = ingress;
  const annotations = { ...tlsAnnotations(tls), ...ingress.annotations };
  const spec = {
    ...(className === undefined ? {} : { ingressClassName: className }),
    ...(tls === undefined ? {} : { tls: [{ hosts: [host], secretName: tls.secretName }] }),
  };
  return {
    controlPlane: {
      ingress: {
        enabled: true,
        host,
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
        ...(Object.keys(spec).length === 0 ? {} : { spec }),
      },
    },
  };
}

type IngressTls = NonNullable<NonNullable<RenderInput["spec"]["ingress"]>["tls"]>;

// With a certificate of its own the controller must terminate TLS; the chart's default passes it through.
function tlsAnnotations(tls: IngressTls | undefined): JsonObject {
  if (tls === undefined) return {};
  if (tls.issuerName === undefined) return { [NGINX_PASSTHROUGH]: "false" };
  const key =
    tls.issuerKind === "Issuer" ? "cert-manager.io/issuer" : "cert-manager.io/cluster-issuer";
  return { [NGINX_PASSTHROUGH]: "false", [key]: tls.issuerName };
}

function serviceAccountValues(input: RenderInput): JsonObject {
  const account = input.spec.serviceAccount;
  if (account === undefined) return {};
  const { name, annotations, imagePullSecrets } = account;
  const serviceAccount = {
    ...(name === undefined ? {} : { name }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(imagePullSecrets === undefined
      ? {}
      : { imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret.name })) }),
  };
  return { controlPlane: { advanced: { serviceAccount } } };
}

function networkValues(input: RenderInput): JsonObject {
  const { serviceCIDR, clusterDomain } = input.spec.network ?? {};
  return {
    ...(serviceCIDR === undefined ? {} : { serviceCIDR }),
    ...(clusterDomain === undefined ? {} : { networking: { advanced: { clusterDomain } } }),
  };
}

function pluginValues(input: RenderInput): JsonObject {
  const enabled = (input.spec.plugins ?? []).filter((plugin) => plugin.enabled ?? true);
  if (enabled.length === 0) return {};
  const entries = enabled.map((plugin) => {
    const config = plugin.config as JsonObject | undefined;
    const entry: JsonObject = {
      image: plugin.image,
      imagePullPolicy: "IfNotPresent",
      ...(config === undefined ? {} : { config }),
    };
    return [plugin.name, entry] as const;
  });
  return { plugins: Object.fromEntries(entries) };
}
