import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { matchPath, parsePathTemplate, splitPath } from "./path-template.ts";

function matched(template: string, path: string): Record<string, string> | undefined {
  const values = matchPath(parsePathTemplate(template), splitPath(path));
  return values === undefined ? undefined : Object.fromEntries(values);
}

describe("matchPath", () => {
  it.each([
    ["/v1/things", "/v1/things", {}],
    ["/v1/things/{name}", "/v1/things/a", { name: "a" }],
    ["/v1/things/{name=*}", "/v1/things/a", { name: "a" }],
    ["/v1/{a.b=x/*}/y", "/v1/x/1/y", { "a.b": "x/1" }],
    ["/v1/{name=x/*/z/*}:stop", "/v1/x/1/z/2:stop", { name: "x/1/z/2" }],
    ["/v1/{rest=files/**}", "/v1/files/a/b/c", { rest: "files/a/b/c" }],
    ["/v1/{rest=**}", "/v1/", { rest: "" }],
    ["/v1/*/x", "/v1/anything/x", {}],
    ["/v1/things/{name}:stop", "/v1/things/a%3Ab:stop", { name: "a:b" }],
    ["/v1/things/{name}", "/v1/things/a%2Fb", { name: "a/b" }],
    ["/v1/things/{name}", "/v1/things/a%252Fb", { name: "a%2Fb" }],
    ["/v1/{name=x/*}", "/v1/x/a%2fb%20c", { name: "x/a%2Fb c" }],
    ["/v1/things/{name}", "/v1/things/a+b", { name: "a+b" }],
    ["/v1/things:watch", "/v1/things:watch", {}],
  ])("%s takes %s", (template, path, values) => {
    expect(matched(template, path)).toEqual(values);
  });

  it.each([
    ["/v1/things", "/v1/things/"],
    ["/v1/things", "/v1/things:watch"],
    ["/v1/things/{name}", "/v1/things/"],
    ["/v1/things/{name}", "/v1/things/a:stop"],
    ["/v1/things/{name}", "/v1/things/a/b"],
    ["/v1/things/{name}:stop", "/v1/things/a"],
    ["/v1/things/{name}:stop", "/v1/things/:stop"],
    ["/v1/things", "/V1/things"],
  ])("%s does not take %s", (template, path) => {
    expect(matched(template, path)).toBeUndefined();
  });

  it("returns every value that was encoded into the path", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1 }), (value) => {
        fc.pre(value.isWellFormed());
        const path = `/v1/things/${encodeURIComponent(value)}:stop`;
        expect(matched("/v1/things/{name}:stop", path)).toEqual({ name: value });
      }),
    );
  });

  it("throws on broken percent-encoding", () => {
    expect(() => matched("/v1/things/{name}", "/v1/things/%zz")).toThrow(URIError);
  });
});

describe("parsePathTemplate", () => {
  it.each([
    "",
    "v1",
    "/v1/",
    "/v1//a",
    "/v1/{}",
    "/v1/{a=}",
    "/v1/{a",
    "/v1/**/a",
    "/v1/{a=**}/b",
    "/v1/a:",
    "/v1/{a={b}}",
  ])("refuses %p", (text) => {
    expect(() => parsePathTemplate(text)).toThrow(/template|\*\*/);
  });
});
