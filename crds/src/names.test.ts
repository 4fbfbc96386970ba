import { describe, expect, it } from "@jest/globals";
import {
  certsSecretName,
  configSecretName,
  defaultTargetNamespace,
  escrowSecretName,
  etcdName,
  kubeconfigReaderName,
  kubeconfigSecretName,
  MAX_INSTANCE_NAME_LENGTH,
  releaseName,
  usageReaderName,
  virtualKubeconfigSecretName,
} from "./names.ts";

const shop = { namespace: "teams", name: "shop" };

describe("names", () => {
  it("never change, because running instances are found by them", () => {
    expect(defaultTargetNamespace(shop)).toBe("vc-9057f7d0-shop");
    expect(escrowSecretName(shop)).toBe("pki-9057f7d0-shop");
    expect([
      releaseName("shop"),
      kubeconfigSecretName("shop"),
      kubeconfigReaderName("shop"),
      usageReaderName("shop"),
      virtualKubeconfigSecretName("shop"),
      configSecretName("shop"),
      certsSecretName("shop"),
      etcdName("shop"),
    ]).toEqual([
      "shop",
      "shop-kubeconfig",
      "shop-kubeconfig-reader",
      "shop-usage-reader",
      "vc-shop",
      "vc-config-shop",
      "shop-certs",
      "shop-etcd",
    ]);
  });

  it("keep instances of one name in two namespaces apart", () => {
    const other = { ...shop, namespace: "other" };
    expect(defaultTargetNamespace(other)).not.toBe(defaultTargetNamespace(shop));
    expect(escrowSecretName(other)).not.toBe(escrowSecretName(shop));
  });

  it("fit into a DNS label for the longest instance name", () => {
    const longest = { namespace: "n".repeat(63), name: "a".repeat(MAX_INSTANCE_NAME_LENGTH) };
    for (const name of [defaultTargetNamespace(longest), escrowSecretName(longest)]) {
      expect(name.length).toBeLessThanOrEqual(63);
    }
  });
});
