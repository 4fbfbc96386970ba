import { beforeAll, describe, expect, it } from "@jest/globals";
import { createPki } from "./create.ts";
import { LEAVES, type Pki, type PkiEntry } from "./entries.ts";
import { identityFingerprint, identityOf } from "./fingerprint.ts";

const NOW_MS = Date.UTC(2026, 0, 15);
const DAY_MS = 86_400_000;
const REQUEST = { name: "a", namespace: "n", clusterDomain: "cluster.local", extraSANs: [] };

describe("identity", () => {
  let pki: Pki;
  let other: Pki;
  beforeAll(async () => {
    pki = await createPki({ ...REQUEST, nowMs: NOW_MS });
    other = await createPki({ ...REQUEST, nowMs: NOW_MS + 100 * DAY_MS });
  });
  const withEntries = (...entries: PkiEntry[]): Pki => ({
    ...pki,
    ...Object.fromEntries(entries.map((entry) => [entry, other[entry]])),
  });

  it("stays when leaves and kubeconfigs are renewed", () => {
    const renewed = withEntries(
      ...LEAVES.flatMap((leaf): PkiEntry[] => [`${leaf}.crt`, `${leaf}.key`]),
      "admin.conf",
    );
    expect(identityFingerprint(renewed)).toBe(identityFingerprint(pki));
  });

  it.each([
    "ca.crt",
    "server-ca.crt",
    "client-ca.crt",
    "front-proxy-ca.crt",
    "etcd-ca.crt",
    "sa.key",
  ] as const)("changes with %s", (entry) => {
    expect(identityFingerprint(withEntries(entry))).not.toBe(identityFingerprint(pki));
  });

  it("does not mind line ends", () => {
    const rewritten = { ...pki, "ca.crt": `\n${pki["ca.crt"].replaceAll("\n", "\r\n")}` };
    expect(identityFingerprint(rewritten)).toBe(identityFingerprint(pki));
  });

  it("is unknown when an entry is missing, empty or unreadable", () => {
    const missing = Object.entries(pki).filter(([entry]) => entry !== "sa.pub");
    expect(identityOf(Object.fromEntries(missing) as Record<string, string>)).toBeUndefined();
    expect(identityOf({ ...pki, "etcd-peer.key": "" })).toBeUndefined();
    expect(identityOf({ ...pki, "ca.crt": "garbage" })).toBeUndefined();
    expect(identityOf(pki)).toBe(identityFingerprint(pki));
  });

  it("says which entry cannot be read, without quoting it", () => {
    expect(() => identityFingerprint({ ...pki, "sa.key": "hush" })).toThrow(
      expect.objectContaining({ kind: "corrupt", message: expect.not.stringContaining("hush") }),
    );
  });
});
