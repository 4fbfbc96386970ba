import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { describe, expect, it } from "@jest/globals";
import { CreateVClusterRequestSchema, UpdateVClusterRequestSchema } from "@open-vcluster/api";
import { payloadOf } from "./payload.ts";

describe("what of a request its id stands for", () => {
  const target = { namespace: "default", name: "web" };
  const payload = (request: MessageInitShape<typeof CreateVClusterRequestSchema>) =>
    payloadOf(CreateVClusterRequestSchema, create(CreateVClusterRequestSchema, request), target);

  it.each([
    ["the namespace is left out or named", { namespace: "default" }],
    ["the caller waits or not", { waitForReady: true, timeoutSeconds: 9 }],
    ["it is tried out first", { validateOnly: true }],
    ["the id is another", { requestId: "2" }],
  ])("is the same whether %s", (_, other) => {
    expect(payload({ name: "web", ...other })).toEqual(payload({ name: "web" }));
  });

  it("is another when something else is asked for", () => {
    const other = payload({ name: "web", spec: { replicas: 1 } });
    expect(other).not.toEqual(payload({ name: "web" }));
  });

  it("takes any path of a mask, and tells one from another", () => {
    const masked = (...paths: string[]) => {
      const request = create(UpdateVClusterRequestSchema, { name: "web", updateMask: { paths } });
      return payloadOf(UpdateVClusterRequestSchema, request, target);
    };
    expect(masked("spec.resource_5", "A b")).toEqual(masked("spec.resource_5", "A b"));
    expect(masked("spec.resource_5")).not.toEqual(masked("spec.resource5"));
  });
});
