import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createLogger, systemClock } from "@open-vcluster/runtime";
import { serveDoors } from "../server/doors.ts";
import { DEFAULT_LIMITS } from "../server/limits.ts";
import { createLostDoor } from "../server/lost-door.ts";
import { type RunningServer, startServer } from "../server/server.ts";
import { HTTP_VERSIONS, send } from "../testing/send.ts";
import { createDocsDoor } from "./docs-door.ts";

describe.each(HTTP_VERSIONS)("the docs door over %s", (version) => {
  let server: RunningServer;
  const get = (path: string, headers = {}) => send(version, server.address.port, { path, headers });

  beforeAll(async () => {
    const logger = createLogger({ level: "error" });
    const doors = [createDocsDoor(), createLostDoor((_, failure) => failure)];
    server = await startServer({
      host: "127.0.0.1",
      port: 0,
      limits: DEFAULT_LIMITS,
      serve: serveDoors({ doors, corsOrigins: [], isTls: false, logger }),
      logger,
      clock: systemClock,
    });
  });

  afterAll(async () => {
    await server.close(0);
  });

  it("serves the document", async () => {
    const answer = await get("/openapi.json");
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "application/json"]);
    expect(answer.json).toMatchObject({ openapi: "3.1.1", servers: [{ url: "/" }] });
  });

  it("serves a page whose every file comes from here", async () => {
    const page = await get("/docs");
    expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
    expect(files).toHaveLength(4);
    for (const file of files) {
      const { status, headers, text } = await get(`/${file}`);
      expect([file, status, headers["x-content-type-options"]]).toEqual([file, 200, "nosniff"]);
      expect(text.length).toBeGreaterThan(100);
    }
  });

  it("lets the page load nothing else and run no inline script", async () => {
    const { headers, text } = await get("/docs");
    expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(headers["content-security-policy"]).not.toMatch(/unsafe|https?:|\*/);
    expect(text).not.toMatch(/<script>|<style|style=|\son\w+=|https?:/);
  });

  it("sends what has not changed once", async () => {
    const { etag } = (await get("/docs/swagger-ui.css")).headers;
    const again = await get("/docs/swagger-ui.css", { "if-none-match": etag });
    expect([again.status, again.text]).toEqual([304, ""]);
  });

  it("repeats nothing that it was asked", async () => {
    const answer = await get("/docs?x=%3Cscript%3Ealert(1)%3C/script%3E");
    expect([answer.status, answer.text.includes("alert")]).toEqual([200, false]);
    expect((await get("/docs/%3Cscript%3E")).text).not.toContain("script");
    const post = await send(version, server.address.port, { method: "POST", path: "/docs" });
    expect([post.status, post.headers["allow"]]).toEqual([405, "GET, HEAD"]);
  });

  it("leads from the folder to the page", async () => {
    const answer = await get("/docs/");
    expect([answer.status, answer.headers["location"]]).toEqual([308, "../docs"]);
  });
});
