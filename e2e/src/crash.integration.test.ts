import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { ENDED, LASTING, LIVES } from "./crash/lives.ts";
import { soundRelease, unfinishedRuns } from "./crash/verdict.ts";
import { leftoversOf } from "./harness/leftovers.ts";
import { type Dice, rollDice } from "./harness/seed.ts";
import { openStage, type Stage } from "./harness/stage.ts";
import { type Supervisor, superviseOperator } from "./harness/supervisor.ts";

/** With SOAK=1 the operator dies before and after every effect, otherwise at one of both. */
const IS_SOAK = process.env["SOAK"] === "1";
const RANDOM_DEATHS = IS_SOAK ? 30 : 3;
/** How often the stories are told again for places that nobody died at. */
const REPLAYS = 2;

/** Durations that a test need not wait for. */
const ENVIRONMENT = {
  LEASE_DURATION: "15s",
  HELM_DEADLINE: "30s",
  UPGRADE_DEADLINE: "20s",
  DRIFT_GRACE: "2s",
  FACADE_SERVICE_ACCOUNT: "ovc-crash-system/facade",
};

/** Effects that no story here reaches, with the test that covers each instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  deletePendingRevision: "crash-helm.integration.test.ts kills Helm together with its operator",
};

describe("an operator that dies around every effect", () => {
  let stage: Stage;
  let operator: Supervisor;
  let dice: Dice;

  beforeAll(async () => {
    dice = rollDice();
    stage = await openStage("crash");
    const first = dice.below(2);
    operator = await superviseOperator(
      stage.product,
      (effects) => effects.flatMap((effect, at) => deathsAround(effect, at + first)),
      ENVIRONMENT,
    );
  }, 240_000);

  afterAll(async () => {
    await operator.stop();
    await stage.close();
  }, 120_000);

  it("ends every life right", async () => {
    const newest = new Map<string, number>();
    const playAll = async (): Promise<void> => {
      await Promise.all(
        LIVES.map((life) => life.play(stage, (revision) => newest.set(life.name, revision))),
      );
    };
    let over = false;
    const random = dieAtRandom(dice, operator, () => over);
    await playAll().finally(() => {
      over = true;
    });
    await random;
    // A death for one instance may have come between another's effect and the place behind it.
    for (let again = 0; again < REPLAYS && missingIn(operator).length > 0; again += 1) {
      await Promise.all(LASTING.map((name) => stage.remove(name)));
      await Promise.all(LASTING.map((name) => stage.gone(name)));
      await playAll();
    }
    process.stderr.write(`${reportOf(operator, dice)}\n`);
    const passed = operator.passed();
    for (const { name, runs } of LIVES) {
      const explained = unfinishedRuns(passed, `${stage.product.namespace}/${name}`);
      expect(newest.get(name)).toBeLessThanOrEqual(runs + explained);
    }
  }, 1_500_000);

  it("left a suspended cluster suspended and the others running", async () => {
    await stage.reaches("blocked", "Ready=True Suspended");
    await soundRelease(stage, "blocked");
    const pods = `/api/v1/namespaces/${stage.targetNamespace("blocked")}/pods`;
    expect(await stage.api.marks(pods)).toEqual([]);
    await stage.reaches("failing", "Ready=True Running");
    await soundRelease(stage, "failing");
  }, 300_000);

  it("left nothing of the removed ones", async () => {
    const { namespace } = stage.product;
    for (const name of ENDED) {
      const targetNamespace = stage.targetNamespace(name);
      const instance = { namespace, name, targetNamespace };
      expect(await leftoversOf(stage.product.kubectl, instance)).toEqual([]);
    }
  }, 300_000);

  it("died at every effect", () => {
    expect(missingIn(operator)).toEqual([]);
  });
});

/** Effects at which no operator died as it should. */
function missingIn(operator: Supervisor): readonly string[] {
  const died = new Set(operator.diedAt());
  return operator.effects
    .filter((effect) => ELSEWHERE[effect] === undefined)
    .filter((effect) => {
      const ends = [`before ${effect}`, `after ${effect}`].map((place) => died.has(place));
      return IS_SOAK ? !ends.every(Boolean) : !ends.some(Boolean);
    });
}

function deathsAround(effect: string, at: number): readonly string[] {
  if (ELSEWHERE[effect] !== undefined) return [];
  const both = [`before ${effect}`, `after ${effect}`];
  return IS_SOAK ? both : both.slice(at % 2, (at % 2) + 1);
}

/** Kills whatever lives then, some seconds apart. */
async function dieAtRandom(dice: Dice, operator: Supervisor, isOver: () => boolean): Promise<void> {
  for (let death = 0; death < RANDOM_DEATHS; death += 1) {
    const endMs = Date.now() + 4_000 + dice.below(12_000);
    while (Date.now() < endMs) {
      if (isOver()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    operator.kill();
  }
}

function reportOf(operator: Supervisor, dice: Dice): string {
  const passed = operator.passed();
  const died = new Set(operator.diedAt());
  const count = (when: string, effect: string): string => {
    const hits = passed.filter((place) => place.when === when && place.effect === effect).length;
    return `${String(hits).padStart(4)}${died.has(`${when} ${effect}`) ? "*" : " "}`;
  };
  const lines = operator.effects.map((effect) =>
    [
      effect.padEnd(26),
      count("before", effect),
      count("after", effect),
      ELSEWHERE[effect] ?? "",
    ].join("  "),
  );
  return [
    `seed ${String(dice.seed)}; the operator ended ${String(operator.deaths())} times; * marks a planned death`,
    `${"effect".padEnd(26)}  before  after`,
    ...lines,
  ].join("\n");
}
