import { afterEach, describe, expect, it } from "@jest/globals";
import { request } from "undici";
import { type HealthServer, startHealthServer } from "./health.ts";
import { createMetrics } from "./metrics.ts";

let server: HealthServer | undefined;

afterEach(async () => {
  await server?.close();
});

async function get(path: string): Promise<readonly [number, string]> {
  const { statusCode, body } = await request(`http://127.0.0.1:${server?.port ?? 0}${path}`);
  return [statusCode, await body.text()];
}

describe("the health server", () => {
  it("answers for liveness, readiness and metrics", async () => {
    const metrics = createMetrics({ prefix: "test_" });
    metrics
      .counter({
        type: "counter",
        name: "things_total",
        help: "Things",
        labels: { kind: "a or b" },
      })
      .inc({ kind: "a" });
    let isSynced = false;
    server = await startHealthServer({
      host: "127.0.0.1",
      port: 0,
      metrics,
      live: { loop: () => true },
      ready: { loop: () => true, caches: () => isSynced || "caches are not filled yet" },
    });
    expect(await get("/healthz")).toEqual([200, "[+] loop ok\nok\n"]);
    expect(await get("/readyz")).toEqual([
      503,
      "[+] loop ok\n[-] caches: caches are not filled yet\nnot ok\n",
    ]);
    isSynced = true;
    expect((await get("/readyz?verbose"))[0]).toBe(200);
    const [status, text] = await get("/metrics");
    expect(status).toBe(200);
    expect(text).toContain('test_things_total{kind="a"} 1');
    expect(text).toContain("test_process_cpu_seconds_total");
    expect((await get("/"))[0]).toBe(404);
  });

  it("says which address cannot be listened on", async () => {
    const options = {
      host: "127.0.0.1",
      metrics: createMetrics({ prefix: "x_" }),
      live: {},
      ready: {},
    };
    server = await startHealthServer({ ...options, port: 0 });
    await expect(startHealthServer({ ...options, port: server.port })).rejects.toMatchObject({
      kind: "unavailable",
      reason: "ListenFailed",
    });
  });
});
