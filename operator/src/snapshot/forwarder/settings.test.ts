import { describe, expect, it } from "@jest/globals";
import { settingsOf } from "./settings.ts";

const ENVIRONMENT = {
  FORWARD_MODE: "socket",
  KINE_SOCKET: "/data/kine.sock",
  KINE_DATABASE: "/data/state.db",
  KINE: "/usr/local/bin/kine",
  TLS_DIRECTORY: "/tls",
  LISTEN_PORT: "2379",
  HEALTH_PORT: "8080",
};

describe("settingsOf", () => {
  it("reads what the pod sets", () => {
    expect(settingsOf(ENVIRONMENT)).toMatchObject({ mode: "socket", port: 2379, healthPort: 8080 });
  });

  it.each([
    ["FORWARD_MODE", "tcp"],
    ["KINE_SOCKET", "kine.sock"],
    ["LISTEN_PORT", "70000"],
    ["TLS_DIRECTORY", ""],
  ])("refuses %s = %j by its name", (name, value) => {
    expect(() => settingsOf({ ...ENVIRONMENT, [name]: value })).toThrow(name);
  });
});
