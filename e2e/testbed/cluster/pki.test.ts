import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { createAuthority, writePair } from "./pki.ts";

describe("authority", () => {
  it("issues certificates for names and addresses that its own certificate verifies", async () => {
    const authority = await createAuthority(new Date());
    const pair = await authority.issue({
      commonName: "system:node:a",
      organization: "system:nodes",
      hosts: ["a", "10.0.0.1"],
    });
    const cert = new X509Certificate(pair.cert);
    const ca = new X509Certificate(authority.caCert);
    expect(cert.verify(ca.publicKey)).toBe(true);
    expect(cert.checkIssued(ca)).toBe(true);
    expect(cert.checkPrivateKey(createPrivateKey(pair.key))).toBe(true);
    expect(cert.subject).toBe("O=system:nodes\nCN=system:node:a");
    expect(cert.checkIP("10.0.0.1")).toBe("10.0.0.1");
    expect(cert.checkHost("a")).toBe("a");
  });

  it("writes keys for the owner alone", async () => {
    const directory = mkdtempSync(join(tmpdir(), "pki-"));
    try {
      const authority = await createAuthority(new Date());
      const pair = await authority.issue({ commonName: "x" });
      const { keyFile } = writePair(directory, "x", pair);
      expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
