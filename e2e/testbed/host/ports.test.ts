import { createServer } from "node:net";
import { describe, expect, it } from "@jest/globals";
import { freePorts } from "./ports.ts";

describe("freePorts", () => {
  it("leaves out ports that are claimed or in use", async () => {
    const [first = 0, second = 0] = await freePorts(2, new Set(), 4_000);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(first, "127.0.0.1", resolve));
    try {
      const found = await freePorts(2, new Set([second]), 4_000);
      expect(found).toHaveLength(2);
      expect(found).not.toContain(first);
      expect(found).not.toContain(second);
    } finally {
      server.close();
    }
  });
});
