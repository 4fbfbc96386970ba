import { describe, expect, it } from "@jest/globals";
import { failureOfEnd, type HelmEnd, revisionIn, warningsIn } from "./output.ts";

function failed(stderr: string): HelmEnd {
  return { exitCode: 1, stdout: "", stderr, endedBy: "itself" };
}

describe("failureOfEnd", () => {
  it.each([
    [
      "a release that is held",
      "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress",
      "conflict",
      "ReleasePending",
      "Another Helm run",
    ],
    [
      "a lost race",
      "Error: UPGRADE FAILED: release: already exists",
      "conflict",
      "ReleasePending",
      "Another Helm run",
    ],
    [
      "a race lost while pruning",
      'Error: UPGRADE FAILED: secrets "sh.helm.release.v1.r.v2" not found',
      "conflict",
      "ReleasePending",
      "Another Helm run",
    ],
    [
      "values against the schema",
      "Error: UPGRADE FAILED: values don't meet the specifications of the schema(s) in the following chart(s):\nvcluster:\n- at '/controlPlane': additional properties 'bar' not allowed\n- at '': additional properties 'foo' not allowed\n",
      "invalid",
      "ValuesRejected",
      "at '/controlPlane': additional properties 'bar' not allowed; at '': additional properties 'foo' not allowed",
    ],
    [
      "a missing rule",
      'Error: query: failed to query with labels: secrets is forbidden: User "system:serviceaccount:own:low" cannot list resource "secrets" in API group "" in the namespace "own"',
      "denied",
      "ReleaseForbidden",
      "The operator may not list secrets in namespace own. Add this rule",
    ],
    [
      "a missing rule of a group, cluster-wide",
      'Error: clusterroles.rbac.authorization.k8s.io is forbidden: User "u" cannot create resource "clusterroles" in API group "rbac.authorization.k8s.io" at the cluster scope',
      "denied",
      "ReleaseForbidden",
      "create clusterroles.rbac.authorization.k8s.io in the whole cluster",
    ],
    [
      "rules that it cannot grant",
      'Error: roles.rbac.authorization.k8s.io "vc-x" is forbidden: user "u" (groups=["a"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["get"]}',
      "denied",
      "ReleaseForbidden",
      'does not hold: {APIGroups:[""], Resources:["pods"], Verbs:["get"]}',
    ],
    [
      "a stranger's object",
      'Error: Unable to continue with install: Secret "vc-config-yy" in namespace "own2" exists and cannot be imported into the current release: invalid ownership metadata',
      "alreadyExists",
      "ReleaseObjectExists",
      "Secret vc-config-yy exists",
    ],
    [
      "an unreachable API server",
      'Error: Kubernetes cluster unreachable: Get "https://127.0.0.1:1/version": dial tcp 127.0.0.1:1: connect: connection refused',
      "unavailable",
      "HelmUnavailable",
      "did not answer",
    ],
    [
      "an unknown namespace",
      'Error: create: failed to create: namespaces "nope" not found',
      "notFound",
      "NamespaceUnknown",
      "namespace nope",
    ],
    [
      "a namespace on its way out",
      'Error: create: failed to create: secrets "a" is forbidden: unable to create new content in namespace own because it is being terminated',
      "precondition",
      "NamespaceTerminating",
      "being deleted",
    ],
    [
      "an immutable field",
      'Error: UPGRADE FAILED: cannot patch "x-etcd" with kind StatefulSet: StatefulSet.apps "x-etcd" is invalid: spec: Forbidden: updates to statefulset spec',
      "invalid",
      "ReleaseRejected",
      "updates to statefulset spec",
    ],
    [
      "a used-up quota",
      'Error: services "x" is forbidden: exceeded quota: team, requested: services=1, used: services=5, limited: services=5',
      "exhausted",
      "QuotaExceeded",
      "exceeded quota: team, requested: services=1",
    ],
    [
      "a chart's own refusal",
      "Error: execution error at (vcluster/templates/statefulset.yaml:4:9): you can only enable one backingStore at the same time\n\nUse --debug flag",
      "invalid",
      "RenderFailed",
      "you can only enable one backingStore at the same time",
    ],
    [
      "an API that the host lacks",
      'Error: UPGRADE FAILED: resource mapping not found for name: "x" namespace: "a" from "": no matches for kind "TLSRoute" in version "gateway.networking.k8s.io/v1"\nensure CRDs are installed first',
      "invalid",
      "HostApiMissing",
      "TLSRoute (gateway.networking.k8s.io/v1)",
    ],
    ["an unknown release", "Error: release: not found", "notFound", "ReleaseUnknown", "no such"],
    [
      "an unknown revision",
      "Error: release has no 999 version",
      "notFound",
      "RevisionUnknown",
      "Revision 999",
    ],
    ["anything else", "Error: something new", "bug", "HelmFailed", "exit code 1: something new"],
  ])("knows %s", (_name, stderr, kind, reason, text) => {
    const failure = failureOfEnd(failed(stderr), 1000);
    expect(failure).toMatchObject({ kind, reason });
    expect(failure?.message).toContain(text);
  });

  it("repeats no refused value", () => {
    const stderr =
      'Error: Secret "a" is invalid: data: Invalid value: "hunter2 and \\"more\\"": must be base64';
    const message = failureOfEnd(failed(stderr), 1000)?.message;
    expect(message).toContain("must be base64");
    expect(message).not.toContain("hunter2");
  });

  it("calls a missed deadline a timeout, whatever was printed", () => {
    const end: HelmEnd = { stdout: "", stderr: "Error: context canceled", endedBy: "deadline" };
    expect(failureOfEnd(end, 90_000)).toMatchObject({ kind: "timeout", reason: "HelmDeadline" });
  });

  it("calls a signal an interruption", () => {
    const end: HelmEnd = { stdout: "", stderr: "", endedBy: "itself" };
    expect(failureOfEnd(end, 1)).toMatchObject({ kind: "unavailable", reason: "HelmInterrupted" });
  });

  it("finds nothing wrong with success", () => {
    const end: HelmEnd = { exitCode: 0, stdout: "", stderr: "W1: odd", endedBy: "itself" };
    expect(failureOfEnd(end, 1)).toBeUndefined();
  });
});

describe("warningsIn", () => {
  it("gives each remark of the API server once", () => {
    const line = 'I1121 1 warnings.go:107] "Warning: unknown field \\"spec.foo\\""\n';
    expect(warningsIn(line + line)).toEqual(['unknown field "spec.foo"']);
  });
});

describe("revisionIn", () => {
  it("reads the deployed revision", () => {
    expect(revisionIn("NAME: x\nSTATUS: deployed\nREVISION: 12\n")).toBe(12);
    expect(revisionIn("")).toBeUndefined();
  });
});
