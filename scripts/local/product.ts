import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Checkout } from "./checkout.ts";
import type { Helm } from "./helm.ts";
import type { Kubectl } from "./kubectl.ts";

/** Namespace of the product. */
export const PRODUCT_NAMESPACE = "open-vcluster-system";
/** Helm release of the product, and the prefix of its names. */
const PRODUCT_RELEASE = "open-vcluster";
const CRDS_RELEASE = "open-vcluster-crds";
const CHARTS_CONFIG_MAP = "vcluster-charts";
const READY_TIMEOUT = "180s";

/** What differs between the machine's own node and a cluster of the user's. */
export interface ProductSettings {
  /** Text that changes with the image; absent: the image comes from its registry. */
  readonly imageContent?: string;
  /** Folder of packaged charts of vcluster; absent: they come from their repository. */
  readonly charts?: string;
  /** The location of snapshots that name none, as NAMESPACE/NAME; absent: there is none. */
  readonly snapshotLocation?: string;
  /** Whether the API serves TLS. */
  readonly isTls: boolean;
}

/** Installs or upgrades the custom resources; those that were applied without Helm are taken over. */
export async function installResources(checkout: Checkout, helm: Helm): Promise<void> {
  await helm([
    ...["upgrade", "--install", CRDS_RELEASE, join(checkout.root, "deploy", "crds")],
    ...["--namespace", PRODUCT_NAMESPACE, "--create-namespace", "--take-ownership"],
  ]);
}

/** Puts the charts of vcluster into the cluster, for an operator that does not reach the internet. */
export async function uploadCharts(charts: string, kubectl: Kubectl): Promise<void> {
  const configMap = await kubectl([
    ...["create", "configmap", CHARTS_CONFIG_MAP, "--namespace", PRODUCT_NAMESPACE],
    ...[`--from-file=${charts}`, "--dry-run=client", "-o", "json"],
  ]);
  await kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], configMap);
}

/** Installs or upgrades operator and API, and waits until they work. */
export async function installProduct(
  checkout: Checkout,
  settings: ProductSettings,
  helm: Helm,
): Promise<void> {
  const values = join(checkout.localDirectory, "values.json");
  mkdirSync(dirname(values), { recursive: true, mode: 0o700 });
  writeFileSync(values, `${JSON.stringify(valuesOf(settings), undefined, 2)}\n`);
  await helm([
    ...["upgrade", "--install", PRODUCT_RELEASE, join(checkout.root, "deploy", "chart")],
    ...["--namespace", PRODUCT_NAMESPACE, "--values", values],
    ...["--wait", "--timeout", READY_TIMEOUT],
  ]);
}

/** Removes operator and API; instances and custom resources stay. */
export async function uninstallProduct(helm: Helm): Promise<void> {
  await helm([
    ...["uninstall", PRODUCT_RELEASE, "--namespace", PRODUCT_NAMESPACE],
    ...["--ignore-not-found", "--wait", "--timeout", READY_TIMEOUT],
  ]);
}

function valuesOf({ imageContent, charts, snapshotLocation, isTls }: ProductSettings): object {
  // The tag stays the same while one works on the product: another content must make other pods.
  const podAnnotations =
    imageContent === undefined ? {} : { "openvcluster.io/image-content": imageContent };
  return {
    ...(charts === undefined ? {} : { vclusterCharts: { configMap: CHARTS_CONFIG_MAP } }),
    operator: {
      podAnnotations,
      ...(snapshotLocation === undefined
        ? {}
        : { config: { defaultSnapshotLocation: snapshotLocation } }),
    },
    facade: {
      podAnnotations,
      tls: isTls
        ? { mode: "selfSigned", extraNames: ["localhost"], extraAddresses: ["127.0.0.1"] }
        : { mode: "off" },
    },
  };
}
