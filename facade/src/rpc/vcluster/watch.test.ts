import { create } from "@bufbuild/protobuf";
import { Code, createContextValues } from "@connectrpc/connect";
import { describe, expect, it } from "@jest/globals";
import { WatchEventType, WatchVClusterRequestSchema } from "@open-vcluster/api";
import { Failure } from "@open-vcluster/runtime";
import { createFakeClock } from "@open-vcluster/runtime/testing/fake-clock";
import { CALL, type Call } from "../../call/call.ts";
import type { Permissions } from "../../permission/permissions.ts";
import { instance } from "../../translate/testing/build.ts";
import type { WatchHub } from "../../watch/hub.ts";
import { type WatchAnswer, watchVCluster } from "./watch.ts";

const STATE = [
  instance({ metadata: { name: "a", namespace: "team-a" } }),
  instance({ metadata: { name: "b", namespace: "team-a" } }),
  instance({ metadata: { name: "c", namespace: "team-b" } }),
];

const hub: WatchHub = {
  subscribe: () => ({
    begun: { start: "state", state: STATE, version: "7" },
    unsubscribe: () => undefined,
  }),
  size: () => 0,
};

const call: Call = {
  principal: { name: "alice", groups: [], extra: {}, via: "token" },
  source: "192.0.2.1",
  baseUrl: "https://api.example",
  traceparent: undefined,
  id: "c-1",
  note: () => undefined,
};

/** Opens a watch; `asked` are the namespaces of the permission, in the order in which they were asked for. */
function opened(namespace: string, may: (namespace: string, times: number) => boolean) {
  const asked: string[] = [];
  const check: Permissions["check"] = (_, { namespace: where = "" }) =>
    Promise.resolve(may(where, asked.push(where)));
  const permissions: Permissions = {
    check,
    require: async (principal, attributes) => {
      if (await check(principal, attributes)) return;
      throw new Failure("denied", "PermissionDenied", "not allowed");
    },
    namespacesWhere: () => Promise.resolve("all"),
  };
  const values = createContextValues().set(CALL, call);
  const context = { values, signal: new AbortController().signal };
  const deps = { permissions, hub, clock: createFakeClock() };
  const request = create(WatchVClusterRequestSchema, { namespace });
  return { asked, stream: watchVCluster(request, context, deps) };
}

async function untilBookmark(stream: AsyncGenerator<WatchAnswer>): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { type, vcluster } of stream) {
    if (type === WatchEventType.BOOKMARK) break;
    names.push(vcluster?.name ?? "");
  }
  return names;
}

describe("watchVCluster", () => {
  it("asks once for each answer where one namespace is watched", async () => {
    const { asked, stream } = opened("team-a", () => true);
    expect(await untilBookmark(stream)).toEqual(["a", "b"]);
    expect(asked).toEqual(["team-a", "team-a", "team-a", "team-a"]);
  });

  it("ends when the permission in the one namespace is gone", async () => {
    const { stream } = opened("team-a", (_, times) => times < 3);
    expect((await stream.next()).value).toMatchObject({ vcluster: { name: "a" } });
    expect((await stream.next()).value).toMatchObject({
      type: WatchEventType.ERROR,
      resourceVersion: "",
      error: { code: Code.PermissionDenied, message: "not allowed" },
    });
    await expect(stream.next()).rejects.toMatchObject({ kind: "denied" });
  });

  it("says nothing but the error when it never began", async () => {
    const { stream } = opened("team-a", () => false);
    await expect(stream.next()).rejects.toMatchObject({ kind: "denied" });
  });

  it("hides the namespaces that the caller may not watch where all are watched", async () => {
    const { asked, stream } = opened("", (where) => where === "team-b");
    expect(await untilBookmark(stream)).toEqual(["c"]);
    expect(asked).toEqual(["team-a", "team-a", "team-b"]);
  });
});
