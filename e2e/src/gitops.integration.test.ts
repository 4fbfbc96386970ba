import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { type Album, keepAlbum, type Photo } from "./gitops/album.ts";
import { collect, collectedTests, type Taken } from "./gitops/collection.ts";
import { judge, type Verdict } from "./gitops/health-tool.ts";
import { LIVES, playOperations } from "./gitops/lives.ts";
import { type Operations, operationsOf } from "./harness/operations.ts";
import type { OperatorProcess } from "./harness/operator-process.ts";
import { openStage, type Stage } from "./harness/stage.ts";
import { waitFor } from "./harness/wait.ts";

const EXAMPLES = join(import.meta.dirname, "../../crds/examples");
const SCHEMA = join(import.meta.dirname, "../../crds/vclusterinstances.yaml");
const METRICS_PAGE = join(import.meta.dirname, "../../docs/reference/metrics.md");
const GROUP = "/apis/openvcluster.io/v1alpha1/namespaces";
/** A lead that is lost on a busy machine would cost events. */
const ENVIRONMENT = {
  UPGRADE_DEADLINE: "20s",
  DRIFT_GRACE: "2s",
  OPERATION_ACCEPT_TIMEOUT: "4s",
  LEASE_DURATION: "30s",
};

/** Phases that no release of the product reaches yet, and the one that an instance has left at the first look. */
const UNSEEN = ["Snapshotting", "Restoring", "Pending"];

/** What the collection of Argo CD has as examples: a file, a life, and the one of its states that is meant. */
const COLLECTED: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  VClusterInstance: [
    ["progressing_resuming", "whole", "Progressing"],
    ["healthy_running", "whole", "Healthy"],
    ["suspended", "whole", "Suspended"],
    ["degraded_rolledBack", "rolled-back", "Degraded"],
    ["degraded_refused", "refused", "Degraded"],
    ["degraded_drainAborted", "drain-given-up", "Degraded"],
    ["degraded_crashLooping", "crashing", "Degraded"],
  ],
  VClusterOperation: [
    ["progressing_accepted", "op-1", "Progressing"],
    ["healthy_succeeded", "op-1", "Healthy"],
    ["degraded_aborted", "op-2", "Degraded"],
  ],
};

/** Some of what must be told about a life. */
const STORIES: Readonly<Record<string, readonly string[]>> = {
  whole: [
    "NamespaceCreated",
    "Installed",
    "Running",
    "Changed",
    "Scaling",
    "Suspending",
    "Suspended",
    "NamespaceDeleted",
    "Deleted",
  ],
  "rolled-back": ["Upgrading", "RollingBack", "RolledBack", "Running"],
  "drain-given-up": ["DrainStarted", "DrainBlocked", "DrainAborted"],
  crashing: ["Running", "CrashLooping"],
};

interface Event {
  readonly reason: string;
  readonly regarding: { readonly name: string };
}

interface Manifest {
  readonly metadata: { readonly name: string };
  readonly spec: object;
}

/** Ways to apply, each with a namespace of its own: as Argo CD does by default, and as Flux does. */
const WAYS = {
  client: [],
  server: ["--server-side", "--field-manager=kustomize-controller"],
} as const satisfies Readonly<Record<string, readonly string[]>>;
type Way = keyof typeof WAYS;

describe("what GitOps tools make of our objects", () => {
  let stage: Stage;
  let instances: Album;
  let operations: Album;
  let operator: Operations;
  const examples = readExamples();
  const namespaceOf = (way: Way): string => `ovc-gitops-${way}`;
  const collectionOf = (namespace: string): string => `${GROUP}/${namespace}/vclusterinstances`;

  beforeAll(async () => {
    stage = await openStage("gitops");
    operator = operationsOf(stage);
    await stage.product.kubectl.apply(
      ...Object.keys(WAYS).map((way) => ({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: namespaceOf(way as Way) },
      })),
    );
    instances = await keepAlbum(stage.api, collectionOf(stage.product.namespace));
    operations = await keepAlbum(
      stage.api,
      `${GROUP}/${stage.product.systemNamespace}/vclusteroperations`,
    );
    // Built before the operator runs, so that no deadline passes meanwhile.
    await judge([]);
  }, 1_200_000);

  afterAll(async () => {
    await stage.close();
    instances.close();
    operations.close();
  }, 120_000);

  const live = (way: Way): Promise<readonly Photo[]> =>
    stage.api.list<Photo>(collectionOf(namespaceOf(way)));
  const applyExamples = async (way: Way): Promise<void> => {
    const args = ["apply", ...WAYS[way], "-n", namespaceOf(way), "-f", EXAMPLES];
    await stage.product.kubectl.run(args);
  };
  /** What a second apply would change, in the words of kubectl. */
  const diffOf = async (way: Way): Promise<string> => {
    const args = ["diff", ...WAYS[way], "-n", namespaceOf(way), "-f", EXAMPLES];
    return (await stage.product.kubectl.attempt(args)).stdout;
  };
  const expectNoDiff = async (way: Way): Promise<void> => {
    expect(await diffOf(way)).toBe("");
    const objects = await live(way);
    const subjects = objects.map((object) => ({
      live: object,
      desired: desiredOf(examples, object, namespaceOf(way)),
    }));
    expect(namesWhere(objects, await judge(subjects), ({ differs }) => differs)).toEqual([]);
  };

  it.each(["client", "server"] as const)(
    "examples settle after one apply by the %s",
    async (way) => {
      await applyExamples(way);
      const first = await live(way);
      expect(first).toHaveLength(examples.length);
      await applyExamples(way);
      const second = await live(way);
      expect(second.map(settled)).toEqual(first.map(settled));
      await expectNoDiff(way);
    },
    60_000,
  );

  it("an instance that no operator has seen is waited for", async () => {
    const objects = await live("client");
    const verdicts = await judge(objects.map((object) => ({ live: object })));
    expect(new Set(verdicts.map(opinions))).toEqual(new Set(["Progressing InProgress"]));
  });

  describe("beside an operator", () => {
    let running: OperatorProcess;

    beforeAll(async () => {
      running = stage.product.start({ env: ENVIRONMENT });
      await running.leading();
      await Promise.all(Object.values(LIVES).map((life) => life.play(stage)));
      await playOperations(operator);
    }, 600_000);

    it("what operator and API server add is no difference", async () => {
      for (const way of ["client", "server"] as const) {
        await waitFor(
          "all examples have settled",
          async () => (await live(way)).every(isObserved),
          {
            timeoutMs: 300_000,
            describe: async () => JSON.stringify(await live(way)),
          },
        );
        await expectNoDiff(way);
      }
    }, 400_000);

    it("pruning stops at what is protected against deletion", async () => {
      const name = "tenant";
      const { code, stderr } = await stage.product.kubectl.attempt([
        ...["delete", "vclusterinstance", name, "-n", namespaceOf("client"), "--wait=false"],
      ]);
      expect([code, stderr]).toEqual([1, expect.stringContaining("is protected against deletion")]);
      const kept = (await live("client")).find(({ metadata }) => metadata.name === name);
      expect(kept?.metadata.deletionTimestamp).toBeUndefined();
    }, 60_000);

    it.each(Object.keys(LIVES))("%s", async (name) => {
      const { told } = LIVES[name]!;
      const verdicts = await judge(instances.of(name).map((object) => ({ live: object })));
      expect(withoutRecovery(turns(verdicts.map(opinions)))).toEqual(withoutRecovery(told));
    });

    it("every phase was seen", () => {
      const seen = new Set(instances.all().map(({ status }) => status?.phase));
      const phases = phasesOfSchema().filter((phase) => !UNSEEN.includes(phase));
      expect([...seen].filter((phase) => phase !== undefined).sort()).toEqual(phases.sort());
    });

    it("operations are awaited, healthy or degraded", async () => {
      const told = async (name: string): Promise<readonly string[]> => {
        const states = operations.of(name).map((object) => ({ live: object }));
        return turns((await judge(states)).map(opinions));
      };
      expect(await told("op-1")).toEqual(["Progressing InProgress", "Healthy Current"]);
      expect(await told("op-2")).toEqual(["Progressing InProgress", "Degraded Failed"]);
    });

    it("are in the collection of Argo CD as they are, and its tests of them hold", async () => {
      const albums: Readonly<Record<string, Album>> = {
        VClusterInstance: instances,
        VClusterOperation: operations,
      };
      if (process.env["UPDATE_GOLDEN"] !== undefined) {
        for (const [kind, states] of Object.entries(COLLECTED)) {
          collect(kind, await Promise.all(states.map((state) => take(albums[kind]!, state))));
        }
      }
      const tests = collectedTests(Object.keys(COLLECTED));
      expect(tests).toHaveLength(Object.values(COLLECTED).flat().length);
      const verdicts = await judge(tests.map(({ object }) => ({ live: object })));
      for (const [index, { path, object, expected }] of tests.entries()) {
        expect([path, verdicts[index]?.argocd]).toEqual([path, expected]);
        const seen = albums[object.kind]?.all().map(outlineOf);
        expect([path, seen]).toEqual([path, expect.arrayContaining([outlineOf(object)])]);
      }
    });

    it("events tell the story", async () => {
      const path = `/apis/events.k8s.io/v1/namespaces/${stage.product.namespace}/events`;
      const events = await stage.api.list<Event>(path);
      const reasonsOf = (name: string): readonly string[] =>
        events.filter(({ regarding }) => regarding.name === name).map(({ reason }) => reason);
      for (const [name, reasons] of Object.entries(STORIES)) {
        expect([name, reasonsOf(name)]).toEqual([name, expect.arrayContaining([...reasons])]);
      }
    });

    it("metrics are those of the reference, and count what happened", async () => {
      const text = await running.metrics();
      const exported = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
      const rows = readFileSync(METRICS_PAGE, "utf8").matchAll(/^\| `(open_vcluster_\w+)`/gm);
      expect(exported.sort()).toEqual([...rows].map(([, name]) => name).sort());
      const counted = (series: string): number =>
        Number(
          text
            .split("\n")
            .find((line) => line.startsWith(`open_vcluster_${series} `))
            ?.split(" ")[1],
        );
      for (const work of ["create", "upgrade", "scale", "suspend", "resume", "delete"]) {
        expect([work, counted(`work_duration_seconds_count{work="${work}"}`) > 0]).toEqual([
          work,
          true,
        ]);
      }
      expect(counted('failures_total{work="upgrade",reason="RolledBack"}')).toBeGreaterThan(0);
      expect(counted('failures_total{work="run",reason="CrashLooping"}')).toBeGreaterThan(0);
      expect(counted('instances{phase="Error"}')).toBeGreaterThan(0);
    });
  });
});

function readExamples(): readonly Manifest[] {
  const files = readdirSync(EXAMPLES).toSorted();
  return files.map((file) => parse(readFileSync(join(EXAMPLES, file), "utf8")) as Manifest);
}

/** What Git holds for an object, with the namespace that the tool adds. */
function desiredOf(examples: readonly Manifest[], { metadata }: Photo, namespace: string): object {
  const example = examples.find((one) => one.metadata.name === metadata.name)!;
  return { ...example, metadata: { ...example.metadata, namespace } };
}

/** What must not change when the same is applied again. */
function settled({ metadata, spec }: Photo): object {
  return { name: metadata.name, generation: metadata.generation, spec };
}

/** The operator has come to an end with it, good or bad. */
function isObserved({ metadata, status }: Photo): boolean {
  return status?.observedGeneration === metadata.generation;
}

/** The last state of a life with such a health and a status to judge. */
async function take(
  album: Album,
  [name, life, health]: readonly [string, string, string],
): Promise<Taken> {
  const photos = album
    .of(life)
    .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status);
  const verdicts = await judge(photos.map((object) => ({ live: object })));
  const index = verdicts.findLastIndex(({ argocd }) => argocd.status === health);
  return { name, photo: photos[index]!, opinion: verdicts[index]!.argocd };
}

/** What the health of an object hangs on. */
function outlineOf({ kind, status }: Photo): string {
  const conditions = status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === "Ready")?.reason;
  const isWorkedOn = conditions.some(({ type }) => type === "Reconciling");
  return [kind, status?.phase, ready, isWorkedOn ? "reconciling" : "at rest"].join(", ");
}

function opinions({ argocd, kstatus }: Verdict): string {
  return `${argocd.status} ${kstatus.status}`;
}

/** Each verdict once for as long as it lasts. */
function turns(told: readonly string[]): readonly string[] {
  return told.filter((one, index) => one !== told[index - 1]);
}

/** Without the work between an illness and the health after it: a quick recovery shows none. */
function withoutRecovery(told: readonly string[]): readonly string[] {
  const isShort = (index: number): boolean =>
    told[index - 1]?.startsWith("Degraded") === true &&
    told[index]?.startsWith("Progressing") === true &&
    told[index + 1]?.startsWith("Healthy") === true;
  return told.filter((_one, index) => !isShort(index));
}

function namesWhere(
  objects: readonly Photo[],
  verdicts: readonly Verdict[],
  holds: (verdict: Verdict) => boolean,
): readonly string[] {
  return objects
    .filter((_object, index) => holds(verdicts[index]!))
    .map(({ metadata }) => metadata.name);
}

function phasesOfSchema(): string[] {
  const crd = parse(readFileSync(SCHEMA, "utf8")) as Crd;
  const { status } = crd.spec.versions[0].schema.openAPIV3Schema.properties;
  return [...status.properties.phase.enum];
}

interface Crd {
  readonly spec: {
    readonly versions: readonly [
      {
        readonly schema: {
          readonly openAPIV3Schema: {
            readonly properties: {
              readonly status: {
                readonly properties: { readonly phase: { readonly enum: readonly string[] } };
              };
            };
          };
        };
      },
    ];
  };
}
