import { describe, expect, it } from "@jest/globals";
import { parseTask, type SnapshotTask } from "./task.ts";

const task: SnapshotTask = {
  operation: "snapshot",
  repository: {
    store: {
      kind: "s3",
      endpoint: "https://minio.example:9000",
      bucket: "snapshots",
      prefix: "team/",
      pathStyle: true,
      accessKeyId: "id",
      secretAccessKey: "hidden",
    },
    kek: Buffer.alloc(32).toString("base64"),
    create: true,
  },
  endpoint: { url: "https://10.0.0.1:2379", serverName: "dev-etcd.vc-dev.svc" },
  subject: { uid: "uid-1", name: "dev", namespace: "team" },
  snapId: "20261121T051000Z-a1b2c3",
  kind: "auto",
  trigger: "manual",
  facts: { kubernetes: "1.36.0" },
  metadata: { instance: "kind: VClusterInstance" },
  verifyLevel: 3,
};

const parsed = (changed: object): unknown => parseTask(JSON.stringify({ ...task, ...changed }));

describe("a task", () => {
  it("is read as it was written", () => {
    expect(parsed({})).toEqual(task);
    const { subject, snapId } = task;
    const removal = {
      operation: "delete",
      repository: { store: { kind: "directory", path: "/backup" }, create: false },
      ...{ subject, snapId, graceSeconds: 3_600 },
    };
    expect(parseTask(JSON.stringify(removal))).toEqual(removal);
  });

  it.each([
    ["an unknown operation", { operation: "drop" }, "task.operation"],
    ["another operation's fields", { level: 2 }, "task.level is unknown"],
    ["no level", { verifyLevel: 0 }, "task.verifyLevel"],
    ["a snapshot id of another form", { snapId: "../x" }, "task.snapId"],
    [
      "a key that is too short",
      { repository: { ...task.repository, kek: "YWJj" } },
      "repository.kek",
    ],
    ["a store that is no URL", { endpoint: { url: "10.0.0.1:2379" } }, "task.endpoint.url"],
  ])("is refused for %s, by its place", (_name, changed, place) => {
    expect(() => parsed(changed)).toThrow(place);
  });

  it("is refused without a word of its content", () => {
    const secret = "c2VjcmV0";
    for (const text of [`{"operation":"snapshot","kek":${secret}`, `"${secret}"`]) {
      expect(() => parseTask(text)).toThrow(/^(?!.*c2VjcmV0)/);
    }
  });
});
