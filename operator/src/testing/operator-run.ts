import { isTransitionAllowed, OPERATOR_ID_LABEL } from "@open-vcluster/crds";
import { Failure, failureOf, type KubeClient, type Logger } from "@open-vcluster/runtime";
import type { Helm } from "../helm/helm.ts";
import type { ReleaseStore } from "../helm/release-store.ts";
import type { InstanceAction } from "../instance/action.ts";
import { type ReconcileDeps, reconcile } from "../instance/reconcile.ts";
import type { InstanceSettings } from "../instance/settings.ts";
import type { Reads } from "../world/reads.ts";
import { workloadNow } from "./pods.ts";
import { copyOf, nextSerial, type State } from "./state.ts";
import { describeEffect, describeStatus } from "./story.ts";
import { performToy } from "./toy-effects.ts";
import { createToyGlances } from "./toy-glances.ts";
import type { HelmFault } from "./toy-helm.ts";
import { createToyReads } from "./toy-reads.ts";
import { HOME, OPERATOR, TARGET, type World } from "./world.ts";

const READER = { namespace: OPERATOR.operatorNamespace, name: "facade" };

/** Durations of the simulation. */
export const SETTINGS: InstanceSettings = {
  ...OPERATOR,
  defaultChartVersion: "0.36.1",
  helmDeadMs: 75_000,
  upgradeDeadlineMs: 300_000,
  driftGraceMs: 10_000,
  drainPollMs: 2_000,
  startPollMs: 5_000,
  probePollMs: 500,
  allowedValues: [],
  kubeconfigReader: READER,
};

/** How long a run of Helm takes. */
const HELM_MS = 2_000;
/** An operator that is woken more often than this without time passing never comes to rest. */
const MAX_PASSES_AT_ONCE = 60;
/** No story needs as many. */
const MAX_EFFECTS = 400;

/** What goes wrong around one effect. */
export interface Fate {
  /** The operator dies, right before or right after the effect. */
  readonly crash?: "before" | "after";
  /** What becomes of Helm; anything but "none" comes with the death of the operator. */
  readonly helm?: HelmFault;
  /** Somebody else acts between the decision and the effect. */
  readonly meanwhile?: () => void;
}

/** What the surroundings of an operator do to it. */
export interface Surroundings {
  /** Fate of the n-th effect. */
  readonly fateOf?: (count: number, action: InstanceAction) => Fate;
  /** How far the caches are behind, milliseconds. */
  readonly lagMs?: () => number;
}

/** An operator at work on a toy world, one instance, in simulated time. */
export interface OperatorRun {
  /** One line for each effect, each event and each turn of the status. */
  readonly trace: readonly string[];
  /** Effects in order. */
  readonly effects: readonly InstanceAction["kind"][];
  /** Turns of the phase that the table does not allow. */
  readonly strangeTurns: ReadonlySet<string>;
  statusWrites(): number;
  /** Lets time pass; the operator works meanwhile. */
  advance(ms: number): Promise<void>;
  /** Adds a line to the trace. */
  note(text: string): void;
}

const SILENT: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => SILENT,
};

class Crash extends Error {}

/** Starts an operator. */
export function runOperatorOn(world: World, surroundings: Surroundings = {}): OperatorRun {
  const { state } = world;
  const startMs = state.nowMs;
  const trace: string[] = [];
  const effects: InstanceAction["kind"][] = [];
  const strangeTurns = new Set<string>();
  let statusWrites = 0;
  let cached = copyOf(state);
  let printed = "";
  let changedAtMs: number | undefined;
  let isReady = true;
  let delayedMs: number | undefined;
  let failures = 0;

  const line = (text: string): void => {
    const at = ((state.nowMs - startMs) / 1000).toFixed(1).padStart(7);
    trace.push(`${at}  ${text}`);
  };
  const client = {
    apply: (_type: unknown, body: { readonly metadata: { readonly uid?: string } }) => {
      const { instance } = state;
      if (instance === undefined || instance.metadata.uid !== body.metadata.uid) {
        return Promise.reject(new Failure("conflict", "Conflict", "It is another one"));
      }
      const { status } = body as { readonly status?: NonNullable<typeof instance.status> };
      const [from, to] = [instance.status?.phase ?? "Pending", status?.phase ?? "Pending"];
      if (!isTransitionAllowed(from, to)) strangeTurns.add(`${from} -> ${to}`);
      const turn = describeStatus(instance.status, status);
      if (turn !== undefined) line(turn);
      const metadata = { ...instance.metadata, resourceVersion: nextSerial(state) };
      state.instance = { ...instance, metadata, ...(status === undefined ? {} : { status }) };
      statusWrites += 1;
      return Promise.resolve(body);
    },
  } as unknown as KubeClient;

  const depsOf = (crashed: AbortController): ReconcileDeps => {
    const live = createToyReads(() => state);
    const cache = createToyReads(() => cached);
    // As in the real caches: what carries no label of ours is asked of the API server.
    const behind: Reads = {
      ...cache,
      namespace: async (name, signal) =>
        ofOurs(await cache.namespace(name, signal)) ?? live.namespace(name, signal),
      secret: async (namespace, name, signal) => {
        const known = ofOurs(await cache.secret(namespace, name, signal));
        return known ?? live.secret(namespace, name, signal);
      },
    };
    return {
      client,
      helm: {} as Helm,
      releases: {} as ReleaseStore,
      settings: SETTINGS,
      cached: { reads: behind, glances: createToyGlances(behind, () => state) },
      live: { reads: live, glances: createToyGlances(live, () => state) },
      act: (action, context) => {
        const fate = surroundings.fateOf?.(effects.length, action) ?? {};
        const die = (): never => {
          line("the operator dies");
          crashed.abort(new Crash());
          throw new Crash();
        };
        effects.push(action.kind);
        if (effects.length > MAX_EFFECTS) {
          throw new Error(`The operator never rests:\n${trace.slice(-20).join("\n")}`);
        }
        if (fate.crash === "before") die();
        fate.meanwhile?.();
        const helmFault = fate.helm ?? "none";
        const isHelm = action.kind === "applyRelease" || action.kind === "rollBack";
        if (isHelm) world.passTo(state.nowMs + HELM_MS);
        line(describeEffect(action));
        const scene = { state, at: context.at, ...OPERATOR, reader: READER, helmFault };
        const outcome = performToy(action, scene);
        if (isHelm && helmFault !== "none") line(`Helm is cut off (${helmFault})`);
        if (fate.crash === "after" || (isHelm && helmFault !== "none")) die();
        return Promise.resolve(outcome);
      },
      events: {
        record: ({ type, reason, note }) => {
          line(`        ${type} ${reason}: ${note}`);
        },
        // Nobody led before, so nothing was left untold.
        remind: () => undefined,
        flush: () => Promise.resolve(),
      },
      meter: { told: () => undefined, removed: () => undefined, acted: () => undefined },
      clock: {
        nowMs: () => state.nowMs,
        monotonicMs: () => state.nowMs,
        sleep: () => Promise.resolve(),
        after: () => () => undefined,
      },
      logger: SILENT,
    };
  };

  const requeue = (ms: number): void => {
    if (ms <= 0) isReady = true;
    else delayedMs = Math.min(delayedMs ?? Infinity, state.nowMs + ms);
  };
  const restart = (): void => {
    cached = copyOf(state);
    delayedMs = undefined;
    failures = 0;
    isReady = true;
  };
  const pass = async (): Promise<void> => {
    isReady = false;
    const crashed = new AbortController();
    try {
      const result = await reconcile(HOME, depsOf(crashed), crashed.signal);
      failures = 0;
      if (result.requeueAfterMs !== undefined) requeue(result.requeueAfterMs);
    } catch (thrown) {
      if (thrown instanceof Crash) {
        restart();
        return;
      }
      const failure = failureOf(thrown);
      if (failure.kind === "bug") throw thrown;
      if (failure.kind === "conflict") requeue(100);
      else requeue(isSlow(failure) ? 600_000 : Math.min(500 * 2 ** failures, 300_000));
      failures += 1;
    }
  };
  /** A change of the status alone reaches the caches and wakes nobody. */
  const deliverStatus = (): void => {
    if (cached.instance?.metadata.uid !== state.instance?.metadata.uid) return;
    if ((surroundings.lagMs?.() ?? 0) === 0) cached = { ...cached, instance: state.instance };
  };
  /** Brings changes to the caches, as late as the lag says, and wakes the instance. */
  const deliver = (): void => {
    const print = fingerprint(state);
    if (print === printed) {
      deliverStatus();
      return;
    }
    changedAtMs ??= state.nowMs;
    if (state.nowMs < changedAtMs + (surroundings.lagMs?.() ?? 0)) {
      delayedMs = Math.min(delayedMs ?? Infinity, changedAtMs + (surroundings.lagMs?.() ?? 0));
      return;
    }
    changedAtMs = undefined;
    printed = print;
    cached = copyOf(state);
    isReady = true;
  };

  const advance = async (ms: number): Promise<void> => {
    const endMs = state.nowMs + ms;
    let atOnce = 0;
    let lastMs = state.nowMs;
    for (;;) {
      deliver();
      if (delayedMs !== undefined && delayedMs <= state.nowMs) {
        delayedMs = undefined;
        isReady = true;
        continue;
      }
      if (isReady) {
        atOnce = state.nowMs === lastMs ? atOnce + 1 : 0;
        lastMs = state.nowMs;
        if (atOnce > MAX_PASSES_AT_ONCE) {
          throw new Error(`The operator never rests:\n${trace.slice(-20).join("\n")}`);
        }
        await pass();
        continue;
      }
      const next = Math.min(delayedMs ?? Infinity, world.nextChangeMs() ?? Infinity);
      if (next > endMs) break;
      world.passTo(next);
    }
    world.passTo(endMs);
  };
  return {
    trace,
    effects,
    strangeTurns,
    statusWrites: () => statusWrites,
    advance,
    note: line,
  };
}

/** What the selectors of the caches let through. */
function ofOurs<T extends { readonly labels: Readonly<Record<string, string>> }>(
  mark: T | undefined,
): T | undefined {
  return mark !== undefined && Object.keys(mark.labels).length > 0 ? mark : undefined;
}

function isSlow({ kind }: Failure): boolean {
  return ["invalid", "alreadyExists", "denied", "corrupt"].includes(kind);
}

/** What the informers would report as changed. */
function fingerprint(state: State): string {
  const { controlPlane, etcd, nowMs } = state;
  const facts = { name: "", namespace: "", app: "" };
  const isOurs = (labels: Readonly<Record<string, string>>): boolean =>
    labels[OPERATOR_ID_LABEL] !== undefined || labels["app"] === "vcluster";
  const namespace = state.namespaces[TARGET];
  const { instance } = state;
  const { resourceVersion: _version, ...identity } = instance?.metadata ?? { name: "" };
  return JSON.stringify([
    identity,
    instance?.spec,
    namespace !== undefined && isOurs(namespace.labels) ? namespace : undefined,
    state.revisions.filter(({ ours }) => ours),
    state.rendered,
    state.storeWork,
    state.snapshots,
    state.volumesSinceMs,
    Object.values(state.secrets).filter(({ labels }) => isOurs(labels)),
    controlPlane === undefined ? undefined : workloadNow(controlPlane, nowMs, facts),
    etcd === undefined ? undefined : workloadNow(etcd, nowMs, facts),
  ]);
}
