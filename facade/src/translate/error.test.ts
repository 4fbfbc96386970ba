import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { Code, type ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "@jest/globals";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "@open-vcluster/api";
import { Failure } from "@open-vcluster/runtime";
import { refuseByState } from "./actions.ts";
import { toConnectError } from "./error.ts";
import { wireReason } from "./reason.ts";
import { inPhase } from "./testing/build.ts";
import { failureFrom } from "./testing/failure.ts";

/** The detail of a kind, as a client reads it. */
function detail<D extends DescMessage>(error: ConnectError, desc: D): MessageShape<D> | undefined {
  return error.findDetails(desc)[0];
}

describe("toConnectError", () => {
  it.each([
    ["invalid", Code.InvalidArgument],
    ["notFound", Code.NotFound],
    ["alreadyExists", Code.AlreadyExists],
    ["conflict", Code.Aborted],
    ["precondition", Code.FailedPrecondition],
    ["denied", Code.PermissionDenied],
    ["unavailable", Code.Unavailable],
    ["timeout", Code.DeadlineExceeded],
    ["corrupt", Code.DataLoss],
    ["outOfRange", Code.OutOfRange],
    ["exhausted", Code.ResourceExhausted],
    ["bug", Code.Internal],
  ] as const)("answers %s with code %i and one reason", (kind, code) => {
    const error = toConnectError(new Failure(kind, "SomeReason", "Do this"));
    expect(error.code).toBe(code);
    expect(error.findDetails(ErrorInfoSchema)).toHaveLength(1);
  });

  it("answers missing credentials and missing methods with their own codes", () => {
    expect(toConnectError(new Failure("denied", "Unauthenticated", "x")).code).toBe(
      Code.Unauthenticated,
    );
    expect(toConnectError(new Failure("invalid", "Unimplemented", "x")).code).toBe(
      Code.Unimplemented,
    );
    expect(toConnectError(new Failure("precondition", "Cancelled", "x")).code).toBe(Code.Canceled);
  });

  it("answers with what a header can carry, whatever half of a character a parser quoted", () => {
    const half = "\ud84f";
    const failure = new Failure("invalid", "SomeReason", `Unexpected ${half}`, {
      violations: [{ field: half, description: half }],
      facts: { key: half },
    });
    const error = toConnectError(failure);
    expect(error.rawMessage).toBe("Unexpected \ufffd");
    const [violation] = detail(error, BadRequestSchema)?.fieldViolations ?? [];
    expect(violation).toMatchObject({ field: "\ufffd", description: "\ufffd" });
    expect(detail(error, ErrorInfoSchema)?.metadata).toEqual({ key: "\ufffd" });
  });

  it("tells reason, domain and bounded facts", () => {
    const facts = Object.fromEntries(
      Array.from({ length: 99 }, (_, index) => [`k${index}`, "x".repeat(999)]),
    );
    const info = detail(
      toConnectError(new Failure("conflict", "StaleEtag", "x", { facts })),
      ErrorInfoSchema,
    );
    expect(info).toMatchObject({ reason: "STALE_ETAG", domain: "openvcluster.io" });
    expect(Object.keys(info?.metadata ?? {})).toHaveLength(16);
    expect(info?.metadata["k0"]).toHaveLength(256);
  });

  it("names the fields of a refused resource as the contract does", () => {
    const violations = [
      ["spec.controlPlane.replicas", "spec.replicas"],
      ["spec.controlPlane", "spec.replicas"],
      [
        "spec.controlPlane.resources.requests.ephemeral-storage",
        "spec.resources.ephemeral_storage_request",
      ],
      ["spec.plugins[0].image", "spec.plugins[0].image"],
      ["spec.network.dns.searches[2]", "spec.network.dns.searches[2]"],
      ["spec.backingStore.externalEtcd", "spec.backing_store"],
      ["spec.limits.defaultRequest.cpu", "spec.limits.default_requests.cpu"],
      ["spec.values.x", "spec.helm_values.x"],
      ["spec", "spec"],
      ["metadata.labels", "labels"],
      ["metadata.name", "name"],
    ].map(([field = "", wire = ""]) => ({ field, description: wire }));
    const error = toConnectError(new Failure("invalid", "Invalid", "x", { violations }));
    const shown = detail(error, BadRequestSchema)?.fieldViolations ?? [];
    expect(shown.map(({ field }) => field)).toEqual(shown.map(({ description }) => description));
    expect(detail(error, ErrorInfoSchema)?.reason).toBe("INVALID_ARGUMENT");
  });

  it("leaves the names of our own violations alone", () => {
    const violations = [{ field: "spec.storage.persistence_size", description: "x" }];
    const error = toConnectError(new Failure("invalid", "InvalidArgument", "x", { violations }));
    expect(detail(error, BadRequestSchema)?.fieldViolations[0]?.field).toBe(
      "spec.storage.persistence_size",
    );
  });

  it("tells the state, the wish and the way out of a verb at the wrong time", () => {
    const failure = failureFrom(() => {
      refuseByState(inPhase("Suspended", { powerState: "Suspended" }), "scale");
    });
    const error = toConnectError(failure);
    expect(detail(error, PreconditionFailureSchema)?.violations).toMatchObject([
      { type: "STATE", subject: "team-a/shop", description: failure.message },
    ]);
    expect(detail(error, ErrorInfoSchema)?.metadata).toMatchObject({
      current_state: "SUSPENDED",
      wanted: "scale",
    });
  });

  it("says when to come back", () => {
    const limited = new Failure("exhausted", "RateLimited", "Slow down", { retryAfterMs: 1500 });
    const error = toConnectError(limited);
    expect(detail(error, RetryInfoSchema)?.retryDelay).toMatchObject({
      seconds: 1n,
      nanos: 500_000_000,
    });
    expect(detail(error, QuotaFailureSchema)?.violations).toHaveLength(1);
    const down = toConnectError(new Failure("unavailable", "ConnectionFailed", "x"));
    expect(detail(down, RetryInfoSchema)).toBeDefined();
  });

  it("tells nothing of what is unclassified", () => {
    const error = toConnectError(
      new Failure("bug", "Oops", "password=1", { facts: { a: "b" }, cause: new Error("secret") }),
    );
    expect(error.rawMessage).toBe("An internal error occurred; the log of the server has it");
    expect(detail(error, ErrorInfoSchema)).toMatchObject({
      reason: "INTERNAL_ERROR",
      metadata: {},
    });
    expect(error.cause).toBeUndefined();
  });

  it("does not blame the caller for the server's own credentials", () => {
    const error = toConnectError(new Failure("denied", "Unauthorized", "Could not get x"));
    expect([error.code, error.rawMessage.includes("Could not")]).toEqual([Code.Unavailable, false]);
  });

  it("bounds its message", () => {
    const error = toConnectError(new Failure("invalid", "InvalidArgument", "😀".repeat(5_000)));
    expect(error.rawMessage.length).toBeLessThanOrEqual(1024);
    expect(error.rawMessage.isWellFormed()).toBe(true);
  });
});

describe("wireReason", () => {
  it.each([
    ["NotRunning", "NOT_RUNNING"],
    ["PKILost", "PKI_LOST"],
    ["APIUnreachable", "API_UNREACHABLE"],
    ["TLSFailed", "TLS_FAILED"],
    ["SuspendWouldLoseData", "SUSPEND_WOULD_LOSE_DATA"],
    ["odd reason!", "ODD_REASON_"],
    ["X".repeat(99), "X".repeat(63)],
  ])("spells %s as %s", (reason, wire) => {
    expect(wireReason(reason)).toBe(wire);
  });
});
