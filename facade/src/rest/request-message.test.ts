import { type JsonValue, toJson } from "@bufbuild/protobuf";
import { describe, expect, it } from "@jest/globals";
import {
  type HttpBinding,
  type HttpMethodDesc,
  matchPath,
  OperationService,
  parsePathTemplate,
  splitPath,
  VClusterService,
} from "@open-vcluster/api";
import { Failure } from "@open-vcluster/runtime";
import { queryParameters } from "./query.ts";
import { requestMessage } from "./request-message.ts";

const { updateVCluster } = VClusterService.method;

interface Spoken {
  readonly method?: HttpMethodDesc;
  readonly template: string;
  readonly body?: HttpBinding["body"];
  readonly url: string;
  readonly text?: string;
}

function messageOf({ method = updateVCluster, template, body, url, text = "" }: Spoken): JsonValue {
  const parsed = parsePathTemplate(template);
  const message = requestMessage({
    binding: { method, verb: "PATCH", template: parsed, index: 0, ...(body && { body }) },
    variables: matchPath(parsed, splitPath(url.split("?", 1)[0]!)) ?? new Map(),
    query: queryParameters(url),
    body: text,
    header: () => undefined,
  });
  return toJson(method.input, message);
}

function faultsOf(spoken: Spoken): string[] {
  try {
    messageOf(spoken);
  } catch (thrown) {
    return (thrown as Failure).violations.map(({ field }) => field);
  }
  return [];
}

describe("requestMessage", () => {
  const spec = updateVCluster.input.field.spec;

  it("takes one field from the body and others from the query", () => {
    const url = "/v1/web?namespace=team&updateMask=spec.replicas,labels&validateOnly=true";
    const spoken = { template: "/v1/{name}", body: spec, url, text: '{"replicas":3}' };
    expect(messageOf(spoken)).toEqual({
      name: "web",
      namespace: "team",
      spec: { replicas: 3 },
      updateMask: "spec.replicas,labels",
      validateOnly: true,
    });
  });

  it("refuses in the query what the body is", () => {
    const url = "/v1/web?spec.replicas=3";
    expect(faultsOf({ template: "/v1/{name}", body: spec, url })).toEqual(["spec.replicas"]);
  });

  it("names a field of the body by its path in the request", () => {
    const spoken = { template: "/v1/{name}", body: spec, url: "/v1/web" };
    expect(faultsOf({ ...spoken, text: '{"replicas":"x","resources":{"cpu":1}}' })).toEqual([
      "spec.replicas",
      "spec.resources.cpu",
    ]);
    expect(faultsOf({ ...spoken, text: "3" })).toEqual(["spec"]);
    expect(() => messageOf({ ...spoken, text: '{},"name":"other"' })).toThrow(Failure);
  });

  it("takes a variable of several segments, below a field", () => {
    const template = "/v1/{name=teams/*/clusters/*}/{spec.kubernetes_version}";
    expect(messageOf({ template, url: "/v1/teams/a/clusters/b/1.36.0" })).toEqual({
      name: "teams/a/clusters/b",
      spec: { kubernetesVersion: "1.36.0" },
    });
  });

  it("compares a path with the same field of the body", () => {
    const template = "/v1/{spec.replicas}";
    const spoken = { template, body: "*" as const, url: "/v1/3" };
    expect(messageOf({ ...spoken, text: '{"spec":{"replicas":3}}' })).toEqual({
      spec: { replicas: 3 },
    });
    expect(faultsOf({ ...spoken, text: '{"spec":{"replicas":5}}' })).toEqual(["spec.replicas"]);
    expect(faultsOf({ template, url: "/v1/many" })).toEqual(["spec.replicas"]);
  });

  it("reads nested names, lists, durations and enums from a query", () => {
    const query = "spec.network.dns.nameservers=1.1.1.1&spec.network.dns.nameservers=8.8.8.8";
    expect(messageOf({ template: "/v1/x", url: `/v1/x?${query}&spec.enable_ha=true` })).toEqual({
      spec: { enableHa: true, network: { dns: { nameservers: ["1.1.1.1", "8.8.8.8"] } } },
    });
    const wait = { method: OperationService.method.waitOperation, template: "/v1/{id}" };
    expect(messageOf({ ...wait, url: "/v1/o?timeout=1.5s" })).toEqual({
      id: "o",
      timeout: "1.500s",
    });
    expect(faultsOf({ ...wait, url: "/v1/o?timeout=soon" })).toEqual(["timeout"]);
  });

  it.each([
    "labels=a",
    "labels.a=b",
    "spec.plugins=x",
    "spec.plugins.name=x",
    "spec=x",
    "a.b=c",
    "",
  ])("has no parameter %p", (query) => {
    const spoken = { template: "/v1/x", url: `/v1/x?${query}` };
    expect(faultsOf(spoken)).toEqual(query === "" ? [] : [query.split("=", 1)[0]]);
  });
});
