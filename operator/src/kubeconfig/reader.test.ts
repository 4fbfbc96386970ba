import { describe, expect, it } from "@jest/globals";
import { grantOf } from "../world/project.ts";
import type { ReaderMarks } from "../world/reads.ts";
import { type ReaderPair, readerKeys, readerObjects, readerSeen } from "./reader.ts";

const request = {
  at: { instance: { namespace: "team", name: "demo" }, targetNamespace: "vc-demo" },
  reader: { namespace: "system", name: "facade" },
  labels: { ours: "yes" },
};
const owner = {
  apiVersion: "openvcluster.io/v1alpha1",
  kind: "VClusterInstance",
  name: "demo",
  uid: "1",
};
const [kubeconfig, usage] = readerObjects(request, owner) as [ReaderPair, ReaderPair];
const { role, binding } = kubeconfig;
const marksOf = (pair: ReaderPair): ReaderMarks => ({
  role: grantOf(pair.role),
  binding: grantOf(pair.binding),
});
const marks = marksOf(kubeconfig);

describe("the leave to read a kubeconfig", () => {
  it("is for one Secret, one verb and one ServiceAccount, and goes with the instance", () => {
    expect(role).toMatchObject({
      metadata: { namespace: "team", name: "demo-kubeconfig-reader", ownerReferences: [owner] },
      rules: [
        {
          apiGroups: [""],
          resources: ["secrets"],
          resourceNames: ["demo-kubeconfig"],
          verbs: ["get"],
        },
      ],
    });
    expect(binding).toMatchObject({
      metadata: { namespace: "team", name: "demo-kubeconfig-reader", ownerReferences: [owner] },
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "Role",
        name: "demo-kubeconfig-reader",
      },
      subjects: [{ kind: "ServiceAccount", namespace: "system", name: "facade" }],
    });
  });

  it("is for the usage of pods where they run, and goes with their namespace", () => {
    const metadata = { namespace: "vc-demo", name: "demo-usage-reader", labels: request.labels };
    expect(usage.role).toMatchObject({
      metadata,
      rules: [{ apiGroups: ["metrics.k8s.io"], resources: ["pods"], verbs: ["list"] }],
    });
    expect(usage.binding).toMatchObject({
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "demo-usage-reader" },
      subjects: [{ kind: "ServiceAccount", namespace: "system", name: "facade" }],
    });
    expect(usage.role.metadata.ownerReferences).toBeUndefined();
  });

  it("has the names of what is written", () => {
    const written = [kubeconfig, usage].map((pair) => pair.role.metadata);
    expect(written).toMatchObject(readerKeys(request.at));
  });

  const widened = { ...grantOf(role), grants: { rules: [{ resources: ["*"] }] } };
  const others = { ...grantOf(binding), labels: {} };
  it.each<[string, ReaderMarks, boolean, boolean]>([
    ["as written", marks, true, true],
    ["nothing", { role: undefined, binding: undefined }, false, false],
    ["a binding that was deleted", { ...marks, binding: undefined }, true, false],
    ["a Role that somebody widened", { ...marks, role: widened }, true, false],
    ["a stranger's binding, which is left alone", { ...marks, binding: others }, true, true],
  ])("%s", (_name, existing, present, current) => {
    expect(readerSeen([existing, marksOf(usage)], request)).toEqual({ present: true, current });
    expect(readerSeen([existing], request)).toEqual({ present, current: false });
  });

  it("follows another ServiceAccount", () => {
    const moved = { ...request, reader: { namespace: "other", name: "facade" } };
    expect(readerSeen([marks, marksOf(usage)], moved)).toEqual({ present: true, current: false });
  });
});
