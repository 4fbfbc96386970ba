import { describe, expect, it } from "@jest/globals";
import { OperationService } from "../gen/vcluster/api/v1/operation_service_pb.ts";
import { SnapshotService } from "../gen/vcluster/api/v1/snapshot_service_pb.ts";
import { VClusterService } from "../gen/vcluster/api/v1/vcluster_service_pb.ts";
import { etagFields, requestHeaderField } from "./header-field.ts";
import { httpBindings } from "./http-binding.ts";
import { queryFields } from "./query-field.ts";

const bindings = httpBindings([VClusterService, SnapshotService, OperationService]);

describe("httpBindings", () => {
  it("reads the rule and its additional bindings", () => {
    const read = bindings
      .filter(({ method }) => method.name === "GetVCluster")
      .map(({ verb, template, body, index }) => ({ verb, path: template.text, body, index }));
    expect(read).toEqual([
      { verb: "GET", path: "/v1/namespaces/{namespace}/vclusters/{name}", index: 0 },
      { verb: "GET", path: "/v1/vclusters/{id}", index: 1 },
    ]);
  });

  it("reaches every method of the services", () => {
    const methods = [VClusterService, SnapshotService, OperationService].flatMap(
      (service) => service.methods,
    );
    expect(new Set(bindings.map(({ method }) => method))).toEqual(new Set(methods));
  });

  it("gives every writing method a body, and no other", () => {
    const withBody = bindings.filter(({ body }) => body === "*").map(({ verb }) => verb);
    expect([...new Set(withBody)].toSorted()).toEqual(["PATCH", "POST"]);
  });
});

describe("queryFields", () => {
  it("names fields as JSON does and leaves out what the path sets", () => {
    const names = queryFields(VClusterService.method.listVClusters.input, new Set(["namespace"]));
    expect(names.map(({ name }) => name)).toEqual([
      "pageSize",
      "pageToken",
      "labelSelector",
      "phases",
      "owner",
      "project",
      "orderBy",
      "minResourceVersion",
    ]);
  });

  it("goes into objects and leaves out maps and lists of objects", () => {
    const fields = queryFields(VClusterService.method.createVCluster.input, new Set());
    const paths = fields.map(({ path }) => path);
    expect(paths).toContain("spec.network.dns.nameservers");
    expect(paths).not.toContain("labels");
    expect(paths).not.toContain("spec.plugins");
  });
});

describe("headers that stand for fields", () => {
  it("finds them where a request has them", () => {
    const { updateVCluster, getVCluster } = VClusterService.method;
    expect(requestHeaderField(updateVCluster.input, "if-match")?.name).toBe("etag");
    expect(requestHeaderField(updateVCluster.input, "idempotency-key")?.name).toBe("request_id");
    expect(requestHeaderField(getVCluster.input, "if-match")).toBeUndefined();
  });

  it("finds the version of a list, and of the one object in a response", () => {
    const { getVCluster, listVClusters, getVClusterKubeconfig } = VClusterService.method;
    const names = (fields: ReturnType<typeof etagFields>): string[] | undefined =>
      fields?.map(({ name }) => name);
    expect(names(etagFields(listVClusters.output))).toEqual(["resource_version"]);
    expect(names(etagFields(getVCluster.output))).toEqual(["vcluster", "resource_version"]);
    expect(etagFields(getVClusterKubeconfig.output)).toBeUndefined();
  });
});
