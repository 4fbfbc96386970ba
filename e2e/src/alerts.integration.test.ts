import { join } from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { runCommand } from "../testbed/host/command.ts";
import { placesOf } from "../testbed/host/places.ts";
import { stderrProgress } from "../testbed/progress.ts";
import { locateTool } from "../testbed/tools/locate.ts";

const RULES = join(import.meta.dirname, "../../deploy/observability/rules");

describe("the alerts, by Prometheus' own tool", () => {
  let promtool: string;

  beforeAll(async () => {
    promtool = await locateTool("promtool", placesOf(process.env).cacheRoot, stderrProgress());
  }, 1_800_000);

  it("are rules without a fault", async () => {
    const said = await runCommand(promtool, ["check", "rules", join(RULES, "alerts.yaml")]);
    expect(said).toMatch(/SUCCESS: \d+ rules found/);
  });

  it("fire and stay quiet as their cases say", async () => {
    const said = await runCommand(promtool, ["test", "rules", join(RULES, "alerts_test.yaml")]);
    expect(said).toContain("SUCCESS");
  });
});
