import {
  clientCaValues,
  ingressValues,
  networkPolicyValues,
  oidcCaValues,
  pageTokenValues,
  serviceValues,
  tlsValues,
} from "./access-values.ts";
import { podValues } from "./pod-values.ts";
import { FACADE_NAMES, facadeConfig, OPERATOR_NAMES, operatorConfig } from "./program-variables.ts";
import { choice, type Group, group, labels, parts, text, textMap, texts, toggle } from "./value.ts";

const DNS_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

/** Every value of the chart, in the order of its values file. */
export const CHART_VALUES: Group = group("Values of the chart", {
  nameOverride: text("Replaces the chart's name in names and labels"),
  fullnameOverride: text("Replaces the whole prefix of names"),
  commonLabels: labels("Labels of every object"),
  operatorId: text(
    "Marks what this installation makes. Each installation of a cluster needs another one; it never changes afterwards",
    "default",
    { pattern: `^${DNS_LABEL}$`, maxLength: 40 },
  ),
  watchNamespaces: texts(
    "Namespaces whose instances this installation works for; they exist already. Empty: all namespaces",
    [],
    { pattern: `^${DNS_LABEL}$`, maxLength: 63 },
  ),
  bindAddress: choice(
    "Address that the programs listen on: :: on clusters with IPv6 alone",
    "0.0.0.0",
    ["0.0.0.0", "::"],
  ),
  priorityClassName: text("PriorityClass of all pods"),
  image: group("Image of operator and facade", {
    repository: text("Registry and repository", "ghcr.io/open-vcluster/open-vcluster"),
    tag: text("Tag; empty: the version of the chart"),
    digest: text("Digest, which wins over the tag", "", { pattern: "^(sha256:[0-9a-f]{64})?$" }),
    pullPolicy: choice("When the image is pulled", "IfNotPresent", [
      "IfNotPresent",
      "Always",
      "Never",
    ]),
    pullSecrets: parts("Secrets for the registry, as imagePullSecrets of a Pod"),
  }),
  vclusterCharts: group("Where charts of vcluster come from", {
    source: text(
      "An https:// repository, an oci:// registry or a folder: of the container",
      "https://charts.loft.sh",
    ),
    plainHttp: toggle("Allow a source without TLS", false),
    configMap: text(
      "ConfigMap with packaged charts as binaryData; it is mounted and wins over source: for clusters without the internet",
    ),
    credentialsSecret: text("Secret with keys username and password for the source"),
    caSecret: text("Secret with key ca.crt: the authorities of the source"),
  }),
  rbac: group("Roles and bindings", {
    create: toggle(
      "Make them; false: an administrator does, from the tables of the permissions",
      true,
    ),
    operatorExtraRules: parts(
      "Further rules of the operator in all namespaces. It must hold what it grants: needed for chart values that allowedValues opens",
    ),
  }),
  operator: group("The operator: turns instances into releases of vcluster", {
    ...podValues("operator", {
      replicas: 2,
      replicasMeaning: "Replicas: one leads, the others take over when it ends",
      resources: {
        requests: { cpu: "100m", memory: "256Mi" },
        limits: { memory: "256Mi" },
      },
      terminationSeconds: 40,
      terminationMeaning:
        "Time for a graceful end: work under way ends and the lead is given back within 30 seconds",
      variables: OPERATOR_NAMES,
    }),
    config: operatorConfig(),
  }),
  facade: group("The facade: serves the API", {
    ...podValues("facade", {
      replicas: 3,
      replicasMeaning: "Replicas, all of which serve",
      resources: {
        requests: { cpu: "100m", memory: "128Mi" },
        limits: { memory: "256Mi" },
      },
      terminationSeconds: 45,
      terminationMeaning:
        "Time for a graceful end: 5 seconds until no new connections come, config.shutdownGrace for running calls, 10 seconds to close",
      variables: FACADE_NAMES,
    }),
    service: serviceValues(),
    tls: tlsValues(),
    clientCa: clientCaValues(),
    oidcCa: oidcCaValues(),
    pageTokens: pageTokenValues(),
    ingress: ingressValues(),
    config: facadeConfig(),
  }),
  networkPolicy: networkPolicyValues(),
  serviceMonitor: group("ServiceMonitors of the Prometheus operator", {
    enabled: toggle("Make them", false),
    interval: text("How often metrics are read", "30s"),
    labels: textMap("Labels by which Prometheus finds them"),
  }),
  alerts: group("PrometheusRule of the Prometheus operator, with a runbook for each alert", {
    enabled: toggle("Make it", false),
    labels: textMap("Labels by which Prometheus finds it"),
  }),
  dashboards: group("ConfigMap with Grafana's dashboards", {
    enabled: toggle("Make it", false),
    labels: textMap("Labels by which Grafana's sidecar finds it", { grafana_dashboard: "1" }),
  }),
});
