import type { VClusterSnapshot } from "@open-vcluster/crds";
import { openApi } from "./api.ts";
import type { Kubectl } from "./kubectl.ts";

/** What a writer was told. */
export interface PairLog {
  /** The last number of which both writes were acknowledged by a moment, epoch milliseconds. */
  acknowledgedBy(ms: number): number;
}

/** Writes a := n, then b := n, then a := n + 1 and so on: at any one revision a is b, or b + 1. */
export interface PairWriter {
  stop(): Promise<PairLog>;
}

/** Numbers of both at one moment. */
export interface Pair {
  readonly a: number;
  readonly b: number;
}

const SECOND_MS = 1_000;
const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const nameOf = (side: keyof Pair): string => `pair-${side}`;

/** Begins to write a pair of ConfigMaps, as fast as the virtual cluster of a kubeconfig file answers. */
export async function startPairWriter(kubeconfig: string): Promise<PairWriter> {
  const api = openApi(kubeconfig);
  const closing = new AbortController();
  const acknowledgedMs: number[] = [];
  const write = async (side: keyof Pair, n: number): Promise<void> => {
    const name = nameOf(side);
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { n: `${n}` } };
    const path = `${CONFIG_MAPS}/${name}?fieldManager=writer&force=true`;
    const { status } = await api.call("PATCH", path, object, "application/apply-patch+yaml");
    if (status >= 300) throw new Error(`${name} := ${String(n)} was answered ${String(status)}`);
  };
  const writeBoth = async (n: number): Promise<void> => {
    await write("a", n);
    await write("b", n);
    acknowledgedMs.push(Date.now());
  };
  await writeBoth(0);
  const writing = (async () => {
    for (let n = 1; !closing.signal.aborted; n += 1) await writeBoth(n);
  })();
  // It is looked at when it is stopped.
  writing.catch(() => undefined);
  return {
    stop: async () => {
      closing.abort();
      await writing.finally(() => {
        api.close();
      });
      return { acknowledgedBy: (ms) => acknowledgedMs.filter((each) => each <= ms).length - 1 };
    },
  };
}

/**
 * What shows that a pair is not of one moment between start and end of a snapshot, as sentences; and that nobody wrote
 * meanwhile.
 *
 * @param pair - As it was restored from the snapshot.
 */
export function faultsOf(
  { a, b }: Pair,
  log: PairLog,
  { startTime = "", completionTime = "" }: NonNullable<VClusterSnapshot["status"]>,
): readonly string[] {
  const least = log.acknowledgedBy(Date.parse(startTime));
  // Moments in a status are whole seconds.
  const most = log.acknowledgedBy(Date.parse(completionTime) + SECOND_MS);
  const found = `a = ${String(a)}, b = ${String(b)}`;
  const faults: readonly (readonly [boolean, string])[] = [
    [a === b || a === b + 1, `${found} were never there together`],
    [b >= least, `${found}, and b = ${String(least)} was acknowledged before the start`],
    [a <= most + 1, `${found}, and only a = ${String(most)} was acknowledged by the end`],
    [most > least, `nothing was written between ${startTime} and ${completionTime}`],
  ];
  return faults.filter(([isSo]) => !isSo).map(([, fault]) => fault);
}

/** The pair as a virtual cluster has it. */
export async function readPair(virtual: Kubectl): Promise<Pair> {
  const read = async (side: keyof Pair): Promise<number> => {
    const found = await virtual.get<{ readonly data: { readonly n: string } }>(
      "configmap",
      "-n",
      "default",
      nameOf(side),
    );
    return Number(found?.data.n);
  };
  return { a: await read("a"), b: await read("b") };
}
