import { describe, expect, it } from "@jest/globals";
import { traceFields } from "./trace.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

describe("traceFields", () => {
  it("names the trace", () => {
    expect(traceFields(`00-${TRACE}-00f067aa0ba902b7-01`)).toEqual({ traceId: TRACE });
  });

  it.each([undefined, "", "00-xyz", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`, `${TRACE}\nx`])(
    "names none in %j",
    (text) => {
      expect(traceFields(text)).toEqual({});
    },
  );
});
