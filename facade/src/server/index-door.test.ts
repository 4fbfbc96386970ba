import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createLogger, systemClock } from "@open-vcluster/runtime";
import { HTTP_VERSIONS, send, type TestRequest } from "../testing/send.ts";
import { serveDoors } from "./doors.ts";
import { createIndexDoor } from "./index-door.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { createLostDoor } from "./lost-door.ts";
import { type RunningServer, startServer } from "./server.ts";

describe.each(HTTP_VERSIONS)("the root path over %s", (version) => {
  let server: RunningServer;
  const ask = (request: Partial<TestRequest> = {}) =>
    send(version, server.address.port, { path: "/", ...request });

  beforeAll(async () => {
    const logger = createLogger({ level: "error" });
    server = await startServer({
      host: "127.0.0.1",
      port: 0,
      limits: DEFAULT_LIMITS,
      serve: serveDoors({
        doors: [createIndexDoor(), createLostDoor((_, failure) => failure)],
        corsOrigins: ["https://console.example"],
        isTls: false,
        logger,
      }),
      logger,
      clock: systemClock,
    });
  });
  afterAll(() => server.close(0));

  it("says where everything is", async () => {
    const { status, headers, json } = await ask({ headers: { accept: "*/*" } });
    expect([status, headers["content-type"]]).toEqual([200, "application/json"]);
    expect(json).toMatchObject({ docs: "docs", openapi: "openapi.json" });
  });

  it("sends browsers to the documentation", async () => {
    const accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    const { status, headers } = await ask({ path: "/?x=1", headers: { accept } });
    expect([status, headers["location"], headers["vary"]]).toEqual([302, "docs", "origin, accept"]);
  });

  it("answers HEAD as GET without the body, and no other verb", async () => {
    const { status, headers, text } = await ask({ method: "HEAD" });
    expect([status, Number(headers["content-length"]) > 0, text]).toEqual([200, true, ""]);
    expect((await ask({ method: "POST", body: "{}" })).status).toBe(404);
  });

  it.each(["/index.html", "//", "/.env"])("is not %s, which is not there", async (path) => {
    const { status, json } = await ask({ path });
    expect([status, json]).toMatchObject([404, { message: "There is no such path; see /" }]);
  });
});
