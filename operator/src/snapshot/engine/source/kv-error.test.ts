import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "@jest/globals";
import { toKvError } from "./kv-error.ts";

const unavailable = (details: string): object => ({ code: status.UNAVAILABLE, details });

describe("an error of a store", () => {
  it.each([
    [unavailable("No connection established"), "Unavailable"],
    [
      unavailable(
        "No connection established. Last error: Client network socket disconnected before secure TLS connection was established",
      ),
      "Unavailable",
    ],
    [unavailable("No connection established. Last error: self-signed certificate"), "Untrusted"],
    [unavailable("write EPROTO: SSL routines: tlsv13 alert certificate required"), "Untrusted"],
    [
      {
        code: status.OUT_OF_RANGE,
        details: "etcdserver: mvcc: required revision has been compacted",
      },
      "Compacted",
    ],
    [
      { code: status.RESOURCE_EXHAUSTED, details: "etcdserver: mvcc: database space exceeded" },
      "NoSpace",
    ],
    [{ code: status.PERMISSION_DENIED, details: "etcdserver: permission denied" }, "Denied"],
    [new Error("something else"), "Failed"],
  ] as const)("%j is %s", (error, code) => {
    expect(toKvError(error, "https://store")).toMatchObject({
      code,
      message: expect.stringMatching(/^https:\/\/store: /),
    });
  });
});
