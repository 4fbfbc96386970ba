import { describe, expect, it } from "@jest/globals";
import { type CallName, failureOfAnswer, failureOfStatus, failureOfTransport } from "./errors.ts";

const call: CallName = { verb: "patch", resource: "widgets", object: "ns/a" };

function status(code: number, over: object): string {
  return JSON.stringify({ kind: "Status", code, message: "the server's words", ...over });
}

describe("failureOfAnswer", () => {
  it("names the refused fields, those of a Secret without the server's words", () => {
    const causes = [{ reason: "FieldValueInvalid", field: "spec.size", message: "must be 1" }];
    const text = status(422, { reason: "Invalid", details: { causes } });
    expect(failureOfAnswer(call, { status: 422, text }, 0).violations).toEqual([
      { field: "spec.size", description: "must be 1" },
    ]);
    const ofSecret = failureOfAnswer({ ...call, resource: "secrets" }, { status: 422, text }, 0);
    expect(ofSecret.violations).toEqual([{ field: "spec.size", description: "is refused" }]);
  });

  it.each([
    [400, { reason: "BadRequest" }, "invalid", "BadRequest"],
    [401, { reason: "Unauthorized" }, "denied", "Unauthorized"],
    [403, { reason: "Forbidden" }, "denied", "Forbidden"],
    [
      403,
      { message: 'admission webhook "gate.example" denied the request: no owner' },
      "denied",
      "AdmissionDenied",
    ],
    [
      403,
      {
        message:
          "a is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: no",
      },
      "denied",
      "AdmissionDenied",
    ],
    [
      400,
      { message: 'admission webhook "gate.example" denied the request: no owner' },
      "denied",
      "AdmissionDenied",
    ],
    [403, { message: "exceeded quota: q, requested: pods=1" }, "exhausted", "QuotaExceeded"],
    [
      403,
      { details: { causes: [{ reason: "NamespaceTerminating" }] } },
      "precondition",
      "NamespaceTerminating",
    ],
    [404, { reason: "NotFound" }, "notFound", "NotFound"],
    [405, {}, "invalid", "MethodNotAllowed"],
    [409, { reason: "Conflict" }, "conflict", "Conflict"],
    [409, { reason: "AlreadyExists" }, "alreadyExists", "AlreadyExists"],
    [410, { reason: "Gone" }, "conflict", "Expired"],
    [413, {}, "exhausted", "RequestTooLarge"],
    [422, { reason: "Invalid" }, "invalid", "Invalid"],
    [429, {}, "unavailable", "TooManyRequests"],
    [
      429,
      { details: { causes: [{ reason: "DisruptionBudget" }] } },
      "precondition",
      "DisruptionBudget",
    ],
    [500, { reason: "InternalError" }, "unavailable", "InternalError"],
    [503, {}, "unavailable", "ServerError"],
    [504, { reason: "Timeout" }, "timeout", "ServerTimeout"],
    [418, {}, "invalid", "RequestRefused"],
  ] as const)("reads %d %j as %s %s", (code, over, kind, reason) => {
    const failure = failureOfAnswer(call, { status: code, text: status(code, over) }, 0);
    expect(failure).toMatchObject({ kind, reason });
    expect(failure.message).toMatch(/^Could not patch widgets ns\/a: /);
  });

  it.each([
    ["seconds", "3", undefined, 3_000],
    ["a date", "Thu, 01 Jan 1970 00:00:10 GMT", undefined, 10_000],
    ["a date that passed", "Wed, 31 Dec 1969 23:59:00 GMT", undefined, 0],
    ["the Status object", undefined, 7, 7_000],
    ["nothing", undefined, undefined, undefined],
    ["nonsense", "soon", undefined, undefined],
  ])("takes the wait from %s", (_name, retryAfter, retryAfterSeconds, wanted) => {
    const text = status(429, { details: { retryAfterSeconds } });
    const failure = failureOfAnswer(call, { status: 429, retryAfter, text }, 0);
    expect(failure.retryAfterMs).toBe(wanted);
  });

  it("keeps the server's text out of the message for Secrets", () => {
    const text = status(422, {
      reason: "Invalid",
      message: 'Secret "a" is invalid: data[p]: Invalid value: "hunter2"',
      details: { causes: [{ reason: "FieldValueInvalid", field: "data[p]" }] },
    });
    const failure = failureOfAnswer({ ...call, resource: "secrets" }, { status: 422, text }, 0);
    expect(failure.message).toContain("data[p]");
    expect(JSON.stringify(failure) + failure.message).not.toContain("hunter2");
  });

  it("bounds the message and survives a body that is no Status", () => {
    const long = failureOfAnswer(
      call,
      { status: 400, text: status(400, { message: "x".repeat(9_999) }) },
      0,
    );
    expect(long.message).toHaveLength(1024);
    const page = failureOfAnswer(call, { status: 502, text: "<html>Bad gateway</html>" }, 0);
    expect(page).toMatchObject({ kind: "unavailable" });
    expect(page.message).toContain("HTTP 502");
  });
});

describe("failureOfStatus", () => {
  it("reads the code of a watch's ERROR event", () => {
    expect(failureOfStatus(call, { code: 410 }, 0)).toMatchObject({ reason: "Expired" });
    expect(failureOfStatus(call, null, 0)).toMatchObject({ kind: "unavailable" });
  });
});

describe("failureOfTransport", () => {
  it.each([
    ["ECONNREFUSED", "unavailable", "ConnectionFailed"],
    ["ECONNRESET", "unavailable", "ConnectionFailed"],
    ["UND_ERR_SOCKET", "unavailable", "ConnectionFailed"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "denied", "TLSFailed"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "denied", "TLSFailed"],
    ["CERT_HAS_EXPIRED", "denied", "TLSFailed"],
  ])("reads %s as %s", (code, kind, reason) => {
    const failure = failureOfTransport(call, Object.assign(new Error("secret detail"), { code }));
    expect(failure).toMatchObject({ kind, reason });
    expect(failure.message).toContain(code);
    expect(failure.message).not.toContain("secret detail");
  });

  it("tells a certificate for another name from credentials that are refused", () => {
    const code = "ERR_TLS_CERT_ALTNAME_INVALID";
    const { message } = failureOfTransport(call, Object.assign(new Error("x"), { code }));
    expect(message).toContain("the server's certificate is for other names");
    expect(message).not.toContain("credentials");
  });
});
