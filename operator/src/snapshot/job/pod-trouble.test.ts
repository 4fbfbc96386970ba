import { describe, expect, it } from "@jest/globals";
import type { KubeClient } from "@open-vcluster/runtime";
import { jobTrouble, podTrouble, type WorkPod } from "./pod-trouble.ts";

const podWith = (status: NonNullable<WorkPod["status"]>): WorkPod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p" },
  status,
});
const waitingFor = (reason: string, message?: string): WorkPod =>
  podWith({
    containerStatuses: [
      { state: { waiting: { reason, ...(message === undefined ? {} : { message }) } } },
    ],
  });
const unplaced = { type: "PodScheduled", status: "False", message: "0/1 nodes are available" };

describe("podTrouble", () => {
  it.each([
    ["the image", waitingFor("ImagePullBackOff", "Back-off"), "waits: ImagePullBackOff Back-off"],
    ["the node", podWith({ conditions: [unplaced] }), "has no node: 0/1 nodes are available"],
  ])("names %s that keeps a pod from its start", (_what, pod, words) => {
    expect(podTrouble(pod)).toContain(words);
  });

  it.each([
    ["comes into being", waitingFor("ContainerCreating")],
    ["was only just made", podWith({})],
    ["has a node", podWith({ conditions: [{ type: "PodScheduled", status: "True" }] })],
  ])("says nothing of a pod that %s", (_what, pod) => {
    expect(podTrouble(pod)).toBeUndefined();
  });
});

describe("jobTrouble", () => {
  const { signal } = new AbortController();
  const clusterWith = (...items: object[]): KubeClient =>
    ({ listPage: () => Promise.resolve({ items }) }) as never;
  const job = { namespace: "system", name: "j" };

  it("tells in the Job controller's words why there is no pod", async () => {
    const client = clusterWith({ message: "pods is forbidden: exceeded quota: small" });
    expect(await jobTrouble(job, client, signal)).toMatch(
      /It gets no pod: .*exceeded quota: small/,
    );
  });

  it("says nothing before it did", async () => {
    expect(await jobTrouble(job, clusterWith(), signal)).toBeUndefined();
  });
});
