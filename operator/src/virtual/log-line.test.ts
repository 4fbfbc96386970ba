import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { hideSecrets, tellingLine } from "./log-line.ts";

describe("tellingLine", () => {
  it.each([
    [
      "the last line that speaks of trouble",
      "starting\nError: no route\nshutting down\n",
      "Error: no route",
    ],
    ["the last line when none does", "one\ntwo\n\n", "two"],
    ["text without colours", "\u001b[31mfatal: \u001b[0mboom\r\n", "fatal: boom"],
  ])("picks %s", (_, log, line) => {
    expect(tellingLine(log)).toBe(line);
  });

  it("has nothing to say about an empty log", () => {
    expect(tellingLine("\n \n")).toBeUndefined();
  });

  it("never exceeds its bound and is one line", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2_000, unit: "binary" }), (log) => {
        const line = tellingLine(log) ?? "";
        expect(line.length).toBeLessThanOrEqual(240);
        expect(line).not.toMatch(/[\r\n\u0000-\u0008]/);
      }),
    );
  });
});

describe("hideSecrets", () => {
  const jwt = "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl";
  it.each([
    ["a token", `failed with ${jwt}`, jwt],
    ["a bearer header", "Authorization: Bearer abc.def-ghi", "abc.def-ghi"],
    ["a password", 'dial failed password="s3cr3t"', "s3cr3t"],
    ["a flag", "error: --registry-password=s3cr3t rest", "s3cr3t"],
    ["an access key", "aws_secret_access_key: AKIAXXXX", "AKIAXXXX"],
    ["credentials in an address", "cannot reach https://me:hush@host/x", "hush"],
    ["a key", "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----", "MHcCAQEE"],
    ["encoded text", `data ${"QUJD".repeat(20)}`, "QUJD"],
  ])("hides %s", (_, text, secret) => {
    expect(hideSecrets(text)).not.toContain(secret);
    expect(hideSecrets(text)).toContain("[hidden]");
  });

  it.each([
    "open /data/state.db: no such file or directory",
    "etcd did not answer: dial tcp 10.96.4.2:2379: connect: connection refused",
    "you cannot use a feature of the enterprise edition",
  ])("leaves %j alone", (text) => {
    expect(hideSecrets(text)).toBe(text);
  });
});
