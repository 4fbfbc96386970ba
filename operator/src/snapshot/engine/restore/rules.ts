import { keyText } from "../format/key-text.ts";
import { OWN_PREFIX } from "../source/lineage.ts";
import { asksValue, type Selection, selectsKey, selectsValue } from "./selection.ts";
import { unboundClaim, unboundPod, untokenedSecret } from "./value-edit.ts";

/** What a restore is about. */
export interface RestoreOptions {
  /** `new`: other certificates and another name than the cluster that the snapshot was taken of. */
  readonly identity: "same" | "new";
  /** Restores events as well; they are most of the keys and end within an hour. */
  readonly withEvents?: boolean;
  /** Pods run on nodes of the virtual cluster's own, so they stay where they were. */
  readonly keepsNodes?: boolean;
  /** Volumes are objects of the virtual cluster that it owns, and claims stay bound to theirs. */
  readonly keepsVolumes?: boolean;
  /** Restores a part; absent: everything. */
  readonly selection?: Selection;
  /** Keys that belong to the part whatever the selection says: what it asks for cannot be without them. */
  readonly required?: ReadonlySet<string>;
  /** Removes what the snapshot does not hold; absent: unless a part is restored. */
  readonly prune?: boolean;
}

/** Which keys a restore touches and what it writes there. All of it is pure. */
export interface RestoreRules {
  /** False: the key is neither written nor removed, whatever either side holds. */
  covers(key: string): boolean;
  /** Whether {@link RestoreRules.coversValue} has to be asked as well. */
  readonly asksValue: boolean;
  coversValue(key: Uint8Array, value: Uint8Array): boolean;
  /** Whether covered keys that the snapshot does not hold are removed. */
  readonly prunes: boolean;
  /**
   * The value to be written for a record; undefined where one should be edited that cannot be read.
   *
   * @param live - what is there now; absent where nothing is, or nothing else than the snapshot holds
   */
  edit(key: string, value: Uint8Array, live?: Uint8Array): Uint8Array | undefined;
}

/** Who leads and which API servers live is true for the running cluster alone. */
const NEVER: readonly RegExp[] = [
  /^\/registry\/(masterleases|peerserverleases)\//,
  /^\/registry\/leases\/kube-system\/(kube-controller-manager|kube-scheduler|apiserver-[^/]*)$/,
  // kine writes it when it starts.
  /^\/registry\/health$/,
];
/** Names on the host cluster and the authority's certificate are other ones under another identity. */
const NEVER_ELSEWHERE: readonly RegExp[] = [
  /^\/vcluster\/mappings\//,
  /^\/registry\/configmaps\/[^/]+\/kube-root-ca\.crt$/,
  // The API server adds its own authorities to those that it finds there.
  /^\/registry\/configmaps\/kube-system\/extension-apiserver-authentication$/,
];
const NOTHING: ReadonlySet<string> = new Set();
const EVENTS = /^\/registry\/events\//;
const PODS = "/registry/pods/";
const SECRETS = "/registry/secrets/";
const CLAIMS = "/registry/persistentvolumeclaims/";

/** The rules of a restore. */
export function createRules(options: RestoreOptions): RestoreRules {
  const { identity, withEvents = false, keepsNodes = false, selection = {} } = options;
  const { required = NOTHING, keepsVolumes = false } = options;
  const excluded = [
    ...NEVER,
    ...(identity === "new" ? NEVER_ELSEWHERE : []),
    ...(withEvents ? [] : [EVENTS]),
  ];
  return {
    covers: (key) =>
      !key.startsWith(OWN_PREFIX) &&
      !excluded.some((pattern) => pattern.test(key)) &&
      (selectsKey(selection, key) || required.has(key)),
    asksValue: asksValue(selection),
    coversValue: (key, value) =>
      !asksValue(selection) ||
      selectsValue(selection, keyText(key), value) ||
      required.has(keyText(key)),
    prunes: options.prune ?? options.selection === undefined,
    edit(key, value, live) {
      if (!keepsNodes && key.startsWith(PODS)) return unboundPod(value);
      if (!keepsVolumes && key.startsWith(CLAIMS)) return unboundClaim(value, live);
      if (identity === "new" && key.startsWith(SECRETS)) return untokenedSecret(value);
      return value;
    },
  };
}
