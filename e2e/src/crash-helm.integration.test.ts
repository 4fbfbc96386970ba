import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { VClusterInstance } from "@open-vcluster/crds";
import { catchHelm, type HelmRun } from "./crash/helm-run.ts";
import { authorityOf, soundRelease } from "./crash/verdict.ts";
import { openStage, type Stage } from "./harness/stage.ts";
import { type Supervisor, superviseOperator } from "./harness/supervisor.ts";

/** A dead Helm is known to be dead 15 s after its deadline. */
const ENVIRONMENT = { LEASE_DURATION: "15s", HELM_DEADLINE: "20s", DRIFT_GRACE: "2s" };

/** How often a change is made that Helm carries out too soon to be seen. */
const ATTEMPTS = 5;
const RUNNING = "Ready=True Running";

/** What is killed while Helm holds the release. */
const VICTIMS = ["helm", "operator", "helm and operator"] as const;
type Victims = (typeof VICTIMS)[number];

/** A change that Helm carries out, by the number of the attempt. */
interface Work {
  readonly prepare?: (attempt: number) => Promise<void>;
  readonly change: (attempt: number) => Promise<void>;
  /** Of an object in the target namespace that must exist when Helm is caught. */
  readonly path?: string;
}

describe("Helm and its operator, killed while Helm is at work", () => {
  let stage: Stage;
  let operator: Supervisor;

  beforeAll(async () => {
    stage = await openStage("crash-helm");
    // `deletePendingRevision` needs a Helm that died together with its operator: that happens here.
    operator = await superviseOperator(
      stage.product,
      () => ["before deletePendingRevision", "after deletePendingRevision"],
      ENVIRONMENT,
    );
  }, 240_000);

  afterAll(async () => {
    await operator.stop();
    await stage.close();
  }, 120_000);

  /** Strikes while Helm carries out a change, which is made again where that was done too soon to be seen. */
  const strike = async (name: string, victims: Victims, work: Work): Promise<void> => {
    const { prepare, change, path } = work;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      await prepare?.(attempt);
      const cause = (): Promise<void> => change(attempt);
      const helm = await catchHelm(stage, { name, cause, path });
      if (helm !== undefined) {
        await killAround(helm, victims);
        return;
      }
      await stage.reaches(name, RUNNING);
    }
    throw new Error(`Helm was never seen at work on ${name}`);
  };

  const killAround = async (helm: HelmRun, victims: Victims): Promise<void> => {
    if (victims === "helm") {
      helm.kill();
      return;
    }
    const deaths = operator.deaths();
    operator.kill();
    if (victims === "helm and operator") {
      helm.kill();
      return;
    }
    // It goes on only when nobody is left to wait for it.
    expect(operator.deaths()).toBe(deaths);
    await helm.ended();
  };

  it("installs each instance once", async () => {
    for (const victims of VICTIMS) {
      const name = nameOf(victims);
      const prepare = async (attempt: number): Promise<void> => {
        if (attempt === 0) return;
        await stage.remove(name);
        await stage.gone(name);
      };
      await strike(name, victims, { prepare, change: () => stage.apply(name, {}) });
    }
    for (const victims of VICTIMS) {
      await stage.reaches(nameOf(victims), RUNNING);
      expect(await soundRelease(stage, nameOf(victims))).toBeLessThanOrEqual(2);
    }
  }, 600_000);

  it("upgrades each instance once", async () => {
    const authorities = await Promise.all(VICTIMS.map((name) => authorityOf(stage, nameOf(name))));
    for (const victims of VICTIMS) {
      const name = nameOf(victims);
      let before = 0;
      const prepare = async (): Promise<void> => {
        before = await soundRelease(stage, name);
      };
      const change = (attempt: number): Promise<void> => stage.apply(name, quotaOf(attempt));
      await strike(name, victims, { prepare, change });
      await stage.reaches(name, RUNNING);
      expect(await soundRelease(stage, name)).toBeLessThanOrEqual(before + 2);
    }
    expect(await Promise.all(VICTIMS.map((name) => authorityOf(stage, nameOf(name))))).toEqual(
      authorities,
    );
  }, 600_000);

  it("removes what an interrupted upgrade made and nobody wants any more", async () => {
    const path = "resourcequotas/vc-changed";
    const prepare = async (): Promise<void> => {
      await stage.apply("changed", {});
      await stage.reaches("changed", RUNNING);
      await soundRelease(stage, "changed");
    };
    const change = (attempt: number): Promise<void> => stage.apply("changed", quotaOf(attempt));
    await strike("changed", "helm and operator", { prepare, change, path });
    await stage.apply("changed", {});
    await stage.reaches("changed", RUNNING);
    await soundRelease(stage, "changed");
    expect(await stage.inTarget("changed", "resourcequotas/vc-changed")).toBeUndefined();
    expect(operator.passed().map(({ effect }) => effect)).toContain("prune");
  }, 600_000);

  it("died before and after it removed the lock of a dead run", () => {
    expect([...operator.diedAt()].sort()).toEqual([
      "after deletePendingRevision",
      "before deletePendingRevision",
    ]);
  });
});

/** Another one for each attempt. */
function quotaOf(attempt: number): VClusterInstance["spec"] {
  return { quota: { pods: 20 + attempt } };
}

function nameOf(victims: Victims): string {
  return victims.replaceAll(" ", "-");
}
