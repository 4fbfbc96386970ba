import { describe, expect, it } from "@jest/globals";
import { withoutManagedFields } from "./object.ts";

describe("withoutManagedFields", () => {
  it("keeps all but who manages which field", () => {
    const object = { apiVersion: "v1", kind: "ConfigMap", data: { a: "b" } };
    const metadata = { name: "n", annotations: { c: "d" }, resourceVersion: "7" };
    const raw = { ...object, metadata: { ...metadata, managedFields: [{ manager: "kubectl" }] } };
    expect(withoutManagedFields(raw)).toEqual({ ...object, metadata });
    expect(withoutManagedFields(raw).metadata).not.toHaveProperty("managedFields");
  });
});
