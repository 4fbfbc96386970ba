import { describe, expect, it } from "@jest/globals";
import { grantOf } from "../world/project.ts";
import type { ReaderMarks } from "../world/reads.ts";
import { readerObjects, readerSeen } from "./reader.ts";

const request = {
  instance: { namespace: "team", name: "demo" },
  reader: { namespace: "system", name: "facade" },
  labels: { ours: "yes" },
};
const owner = {
  apiVersion: "openvcluster.io/v1alpha1",
  kind: "VClusterInstance",
  name: "demo",
  uid: "1",
};
const { role, binding } = readerObjects(request, owner);
const marks: ReaderMarks = { role: grantOf(role), binding: grantOf(binding) };

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

  const widened = { ...grantOf(role), grants: { rules: [{ resources: ["*"] }] } };
  const others = { ...grantOf(binding), labels: {} };
  it.each<[string, ReaderMarks, boolean, boolean]>([
    ["as written", marks, true, true],
    ["nothing", { role: undefined, binding: undefined }, false, false],
    ["a binding that was deleted", { ...marks, binding: undefined }, true, false],
    ["a Role that somebody widened", { ...marks, role: widened }, true, false],
    ["a stranger's binding, which is left alone", { ...marks, binding: others }, true, true],
  ])("%s", (_name, existing, present, current) => {
    expect(readerSeen(existing, request)).toEqual({ present, current });
  });

  it("follows another ServiceAccount", () => {
    const moved = { ...request, reader: { namespace: "other", name: "facade" } };
    expect(readerSeen(marks, moved)).toEqual({ present: true, current: false });
  });
});
