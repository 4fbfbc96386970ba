import { describe, expect, it } from "@jest/globals";
import type { VClusterSnapshotLocation } from "@open-vcluster/crds";
import { placeOf } from "./place.ts";

const SETTINGS = { operatorNamespace: "system", volumePath: "/repository" };
const NONE = { credentials: undefined, key: undefined, authorities: undefined };
const CREDENTIALS = {
  accessKeyId: Buffer.from("id"),
  secretAccessKey: Buffer.from("secret\n"),
};
const BUCKET = { bucket: "snapshots", credentialsSecretRef: { name: "credentials" } };

function locationWith(
  spec: VClusterSnapshotLocation["spec"],
  namespace = "team",
): VClusterSnapshotLocation {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterSnapshotLocation",
    metadata: { namespace, name: "bucket" },
    spec,
  };
}

describe("the repository of a namespace", () => {
  it("lies below the prefix of its location, under the namespace's own name", () => {
    const location = locationWith({
      s3: { ...BUCKET, prefix: "a/b", endpoint: "http://minio:9000" },
    });
    const place = placeOf(location, "other", { ...NONE, credentials: CREDENTIALS }, SETTINGS);
    expect(place).toMatchObject({
      kind: "place",
      location: { namespace: "team", name: "bucket" },
      repository: {
        create: true,
        store: { prefix: "a/b/other/", pathStyle: true, secretAccessKey: "secret" },
      },
    });
  });

  it("is opened with the key before it, where it may be written, until the new one is in its place", () => {
    const keys = { key: Buffer.alloc(32, 7), previousKey: Buffer.alloc(32, 8) };
    const placed = (key: typeof keys, accessMode: "ReadWrite" | "ReadOnly"): unknown =>
      placeOf(
        locationWith({ s3: BUCKET, encryption: { keySecretRef: { name: "key" } }, accessMode }),
        "team",
        { ...NONE, credentials: CREDENTIALS, key },
        SETTINGS,
      );
    const [kek, previousKek] = [keys.key, keys.previousKey].map((key) => key.toString("base64"));
    expect(placed(keys, "ReadWrite")).toMatchObject({ repository: { kek, previousKek } });
    expect(placed(keys, "ReadOnly")).not.toHaveProperty("repository.previousKek");
    expect(placed({ ...keys, previousKey: Buffer.from("short") }, "ReadWrite")).toMatchObject({
      kind: "refused",
      reason: "KeyMissing",
      message: expect.stringContaining("previousKey") as unknown as string,
    });
  });

  it("is on the cloud's own S3 without an endpoint", () => {
    const location = locationWith({ s3: BUCKET });
    const place = placeOf(location, "team", { ...NONE, credentials: CREDENTIALS }, SETTINGS);
    expect(place).toMatchObject({
      repository: { store: { endpoint: "https://s3.amazonaws.com", pathStyle: false } },
    });
  });

  it("is not made where nothing may be written", () => {
    const location = locationWith({ s3: BUCKET, accessMode: "ReadOnly" });
    const place = placeOf(location, "team", { ...NONE, credentials: CREDENTIALS }, SETTINGS);
    expect(place).toMatchObject({ isReadOnly: true, repository: { create: false } });
  });

  it.each([
    ["raw", Buffer.alloc(32, 7)],
    ["base64", Buffer.from(`${Buffer.alloc(32, 7).toString("base64")}\n`)],
  ])("is encrypted with a key that is %s", (_form, key) => {
    const spec = { s3: BUCKET, encryption: { keySecretRef: { name: "key" } } };
    const secrets = { ...NONE, credentials: CREDENTIALS, key: { key } };
    const place = placeOf(locationWith(spec), "team", secrets, SETTINGS);
    expect(place).toMatchObject({ repository: { kek: Buffer.alloc(32, 7).toString("base64") } });
  });

  it.each([
    ["credentials", { s3: BUCKET }, NONE, "CredentialsMissing"],
    [
      "authorities",
      { s3: { ...BUCKET, caSecretRef: { name: "ca" } } },
      { ...NONE, credentials: CREDENTIALS },
      "CredentialsMissing",
    ],
    [
      "the key",
      { s3: BUCKET, encryption: { keySecretRef: { name: "key" } } },
      { ...NONE, credentials: CREDENTIALS, key: { key: Buffer.from("short") } },
      "KeyMissing",
    ],
  ])("is refused without %s, and no secret is told", (_what, spec, secrets, reason) => {
    const place = placeOf(locationWith(spec), "team", secrets, SETTINGS);
    expect(place).toMatchObject({ kind: "refused", reason });
    expect(JSON.stringify(place)).not.toContain("secret\n");
  });

  it("is on a volume in the operator's namespace alone", () => {
    const spec = { volume: { claimName: "claim", path: "kept" } };
    expect(placeOf(locationWith(spec), "team", NONE, SETTINGS)).toMatchObject({
      kind: "refused",
      reason: "VolumeElsewhere",
    });
    expect(placeOf(locationWith(spec, "system"), "team", NONE, SETTINGS)).toMatchObject({
      claimName: "claim",
      repository: { store: { kind: "directory", path: "/repository/kept/team" } },
    });
  });
});
