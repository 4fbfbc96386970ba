import type { SnapshotReason, VClusterSnapshotLocation } from "@open-vcluster/crds";
import type { ObjectKey } from "@open-vcluster/runtime";
import type { RepositoryPlace } from "../worker/task.ts";

/** Where the snapshots of a namespace are, with what opens it; or why that is not known. */
export type PlaceSeen =
  | {
      readonly kind: "place";
      readonly location: ObjectKey;
      readonly isReadOnly: boolean;
      readonly repository: RepositoryPlace;
      /** The claim in the operator's namespace that it is on, if it is on one. */
      readonly claimName?: string;
      /** Names of the locations in the same namespace that hold a copy. */
      readonly replicas: readonly string[];
    }
  | { readonly kind: "refused"; readonly reason: SnapshotReason; readonly message: string };

/** Contents of the Secrets that a location names; undefined where there is none. */
export interface LocationSecrets {
  readonly credentials: SecretContent | undefined;
  readonly key: SecretContent | undefined;
  readonly authorities: SecretContent | undefined;
}

/** Values of a Secret, decoded. */
export type SecretContent = Readonly<Record<string, Buffer>>;

/** Where a claim is mounted in a worker. */
export interface PlaceSettings {
  readonly operatorNamespace: string;
  readonly volumePath: string;
}

const DEFAULT_ENDPOINT = "https://s3.amazonaws.com";
const KEK_BYTES = 32;
/** The entry of a Secret with the key that was used before. */
const PREVIOUS = "previousKey";

/** The repository of one namespace in a location. Pure. */
export function placeOf(
  location: VClusterSnapshotLocation,
  namespace: string,
  secrets: LocationSecrets,
  settings: PlaceSettings,
): PlaceSeen {
  const { metadata, spec } = location;
  const key = { namespace: metadata.namespace ?? "", name: metadata.name };
  const isReadOnly = spec.accessMode === "ReadOnly";
  const kek = kekOf(spec, secrets.key);
  if (typeof kek === "object") return kek;
  const previousKek = isReadOnly ? undefined : keyAt(secrets.key, PREVIOUS);
  const rest = {
    ...(kek === undefined ? {} : { kek }),
    ...(kek === undefined || previousKek === undefined ? {} : { previousKek }),
    create: !isReadOnly,
  };
  const replicas = (spec.replicas ?? []).map(({ name }) => name);
  const found = { kind: "place", location: key, isReadOnly, replicas } as const;
  if (spec.volume !== undefined) {
    if (key.namespace !== settings.operatorNamespace) {
      const message = "Only a location in the operator's namespace can be on a volume";
      return { kind: "refused", reason: "VolumeElsewhere", message };
    }
    const { claimName, path = "" } = spec.volume;
    const parts = [settings.volumePath, path, namespace].filter((part) => part !== "");
    const store = { kind: "directory", path: parts.join("/") } as const;
    return { ...found, claimName, repository: { store, ...rest } };
  }
  const bucket = bucketOf(spec.s3, namespace, secrets);
  return bucket.kind === "refused" ? bucket : { ...found, repository: { store: bucket, ...rest } };
}

type Refused = Extract<PlaceSeen, { kind: "refused" }>;

type Bucket = Extract<RepositoryPlace["store"], { kind: "s3" }>;
type S3 = NonNullable<VClusterSnapshotLocation["spec"]["s3"]>;

function bucketOf(
  s3: S3 | undefined,
  namespace: string,
  { credentials, authorities }: LocationSecrets,
): Bucket | Refused {
  const accessKeyId = textAt(credentials, "accessKeyId");
  const secretAccessKey = textAt(credentials, "secretAccessKey");
  if (s3 === undefined || accessKeyId === undefined || secretAccessKey === undefined) {
    const name = s3?.credentialsSecretRef.name ?? "";
    const absent = `There is no Secret ${name}: it`;
    const subject = credentials === undefined ? absent : `Secret ${name}`;
    return lacking(`${subject} has to hold accessKeyId and secretAccessKey`);
  }
  const ca = textAt(authorities, "ca.crt");
  if (s3.caSecretRef !== undefined && ca === undefined) {
    return lacking(`Secret ${s3.caSecretRef.name} has to hold ca.crt`);
  }
  const sessionToken = textAt(credentials, "sessionToken");
  return {
    ...addressOf(s3, namespace),
    accessKeyId,
    secretAccessKey,
    ...(sessionToken === undefined ? {} : { sessionToken }),
    ...(ca === undefined ? {} : { ca }),
  };
}

type Address = Pick<Bucket, "kind" | "endpoint" | "region" | "bucket" | "prefix" | "pathStyle">;

function addressOf(
  { endpoint, region, bucket, prefix, pathStyle }: S3,
  namespace: string,
): Address {
  return {
    kind: "s3",
    endpoint: endpoint ?? DEFAULT_ENDPOINT,
    ...(region === undefined ? {} : { region }),
    bucket,
    prefix: prefix === undefined ? `${namespace}/` : `${prefix}/${namespace}/`,
    pathStyle: pathStyle ?? endpoint !== undefined,
  };
}

function lacking(message: string): Refused {
  return refused("CredentialsMissing", message);
}

/** The key as base64; undefined where nothing is to be encrypted. */
function kekOf(
  { encryption }: VClusterSnapshotLocation["spec"],
  secret: SecretContent | undefined,
): string | undefined | Refused {
  if (encryption === undefined) return undefined;
  const kek = keyAt(secret, "key");
  const { name } = encryption.keySecretRef;
  const isBroken = PREVIOUS in (secret ?? {}) && keyAt(secret, PREVIOUS) === undefined;
  if (kek !== undefined && !isBroken) return kek;
  const entry = kek === undefined ? "key" : PREVIOUS;
  const message = `Secret ${name} has to hold 32 bytes, raw or as base64, under ${entry}`;
  return refused("KeyMissing", message);
}

function keyAt(secret: SecretContent | undefined, entry: string): string | undefined {
  const raw = secret?.[entry];
  const bytes =
    raw?.length === KEK_BYTES ? raw : Buffer.from(raw?.toString("utf8") ?? "", "base64");
  return bytes.length === KEK_BYTES ? bytes.toString("base64") : undefined;
}

function textAt(secret: SecretContent | undefined, name: string): string | undefined {
  const text = secret?.[name]?.toString("utf8").trim();
  return text === "" ? undefined : text;
}

function refused(reason: SnapshotReason, message: string): Refused {
  return { kind: "refused", reason, message };
}
