import { randomOf } from "./random.ts";
import { builtIn } from "./stored-values.ts";

/** A key of a made-up cluster. */
export interface DatasetEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** Events end with a lease. */
  readonly isLeased: boolean;
}

interface Resource {
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Of 32,670 keys. */
  readonly keys: number;
  /** Sizes of values in bytes; each is as frequent as the others. */
  readonly sizes: readonly number[];
  /** Share of a value that does not compress. */
  readonly noise: number;
}

/** As counted in a cluster of 200 namespaces, 800 deployments and 60 nodes. Helm's releases are the large Secrets. */
const RESOURCES: readonly Resource[] = [
  resource("configmaps", "v1/ConfigMap", 1_609, [300, 600, 900, 1_500, 2_500, 9_000]),
  resource("deployments", "apps/v1/Deployment", 800, [5_503]),
  resource("endpointslices", "discovery.k8s.io/v1/EndpointSlice", 800, [2_307]),
  resource("events", "v1/Event", 18_706, [500, 600, 720], 0.2),
  resource("leases", "coordination.k8s.io/v1/Lease", 66, [300]),
  resource("minions", "v1/Node", 60, [9_500]),
  resource("namespaces", "v1/Namespace", 204, [440]),
  resource("pods", "v1/Pod", 4_000, [6_000, 6_060, 6_140]),
  resource("replicasets", "apps/v1/ReplicaSet", 800, [5_257]),
  resource("rolebindings", "rbac.authorization.k8s.io/v1/RoleBinding", 414, [370]),
  resource("roles", "rbac.authorization.k8s.io/v1/Role", 406, [370]),
  resource("secrets", "v1/Secret", 1_600, [500, 4_000, 4_000, 4_000, 4_000, 41_000], 0.5),
  resource("serviceaccounts", "v1/ServiceAccount", 604, [114]),
  resource("services/endpoints", "v1/Endpoints", 800, [1_400]),
  resource("services/specs", "v1/Service", 801, [1_100]),
];

/**
 * Keys and values like those of a real cluster, in number, size and compressibility (about 4 to 1); all
 * the same for the same seed. In key order.
 *
 * @param scale - 1 for some 32,000 keys
 */
export function* datasetOf(scale: number, seed: number): Generator<DatasetEntry> {
  const random = randomOf(seed);
  const words = fieldsText(random);
  for (const { name, apiVersion, kind, keys, sizes, noise } of RESOURCES) {
    const count = Math.round(keys * scale);
    for (let at = 0; at < count; at += 1) {
      const namespace = `team-${padded(Math.floor((at * 200) / count), 3)}`;
      const object = `${kind.toLowerCase()}-${padded(at, 7)}`;
      const size = sizes[Math.floor(random() * sizes.length)] ?? 0;
      const text = bodyOf(size, noise, words, random);
      yield {
        key: Buffer.from(`/registry/${name}/${namespace}/${object}`),
        value: builtIn({ apiVersion, kind, namespace, name: object, fields: { 2: text } }),
        isLeased: name === "events",
      };
    }
  }
}

/** A changed value of the same size. */
export function changedValue(value: Uint8Array, seed: number): Uint8Array {
  const changed = Buffer.from(value);
  const random = randomOf(seed);
  for (let at = Math.floor(value.length / 2); at < value.length - 4; at += 97) {
    changed[at] = 97 + Math.floor(random() * 26);
  }
  return changed;
}

function resource(
  name: string,
  type: string,
  keys: number,
  sizes: readonly number[],
  noise = 0.15,
): Resource {
  const end = type.lastIndexOf("/");
  const [apiVersion, kind] = [type.slice(0, end), type.slice(end + 1)];
  return { name, apiVersion, kind, keys, sizes, noise };
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, "0");
}

/** Most of what a store holds are lists of managed fields. */
function fieldsText(random: () => number): string {
  const names = Array.from({ length: 400 }, (_, at) => `f:${letters(4 + (at % 12), random)}`);
  let text = "";
  while (text.length < 64 << 10) {
    text += `{"${names[Math.floor(random() ** 2 * names.length)] ?? ""}":{".":{}},`;
  }
  return text;
}

function bodyOf(size: number, noise: number, words: string, random: () => number): string {
  const noisy = Math.floor(size * noise);
  const plain = size - noisy;
  const from = Math.floor(random() * (words.length - Math.min(plain, words.length - 1)));
  return words.slice(from, from + plain) + letters(noisy, random);
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function letters(count: number, random: () => number): string {
  let text = "";
  for (let at = 0; at < count; at += 1) text += ALPHABET[Math.floor(random() * 64)] ?? "";
  return text;
}
