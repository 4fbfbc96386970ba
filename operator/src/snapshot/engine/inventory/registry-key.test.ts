import { describe, expect, it } from "@jest/globals";
import { parseRegistryKey } from "./registry-key.ts";

describe("parseRegistryKey", () => {
  it.each([
    ["/registry/pods/team/web-0", "/registry/pods/", "team", "web-0"],
    ["/registry/namespaces/team", "/registry/namespaces/", "", "team"],
    ["/registry/services/specs/team/web", "/registry/services/specs/", "team", "web"],
    ["/registry/services/endpoints/team/web", "/registry/services/endpoints/", "team", "web"],
    ["/registry/ranges/serviceips", "/registry/ranges/", "", "serviceips"],
    ["/registry/masterleases/10.0.0.1", "/registry/masterleases/", "", "10.0.0.1"],
    [
      "/registry/cert-manager.io/certificates/team/web",
      "/registry/cert-manager.io/certificates/",
      "team",
      "web",
    ],
    [
      "/registry/apiregistration.k8s.io/apiservices/v1.apps",
      "/registry/apiregistration.k8s.io/apiservices/",
      "",
      "v1.apps",
    ],
    ["/registry/health", "/registry/", "", "health"],
    ["/vcluster/mappings/a/b", "/vcluster/mappings/a/", "", "b"],
    ["compact_rev_key", "", "", "compact_rev_key"],
    ["", "", "", ""],
  ])("takes %s apart", (key, prefix, namespace, name) => {
    expect(parseRegistryKey(key)).toEqual({ prefix, namespace, name });
  });
});
