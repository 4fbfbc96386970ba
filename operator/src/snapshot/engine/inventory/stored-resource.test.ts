import { describe, expect, it } from "@jest/globals";
import { storedResource } from "./stored-resource.ts";

describe("storedResource", () => {
  it.each([
    ["/registry/pods/", "pods"],
    ["/registry/deployments/", "deployments"],
    ["/registry/services/specs/", "services"],
    ["/registry/services/endpoints/", "endpoints"],
    ["/registry/cert-manager.io/certificates/", "certificates.cert-manager.io"],
    ["/registry/apiregistration.k8s.io/apiservices/", "apiservices.apiregistration.k8s.io"],
    ["/registry/", "/registry/"],
    ["/vcluster/mappings/a/", "/vcluster/mappings/a/"],
  ])("calls what %s holds %s", (prefix, name) => {
    expect(storedResource(prefix)).toBe(name);
  });
});
