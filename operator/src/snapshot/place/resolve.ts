import { VCLUSTER_SNAPSHOT_LOCATION, type VClusterSnapshotLocation } from "@open-vcluster/crds";
import { type HasMetadata, type KubeClient, keyText, type ObjectKey } from "@open-vcluster/runtime";
import { KINDS } from "../../world/kinds.ts";
import { type PlaceSeen, type PlaceSettings, placeOf, type SecretContent } from "./place.ts";

/** What {@link resolvePlace} uses. */
export interface ResolveDeps {
  readonly client: KubeClient;
  readonly settings: PlaceSettings & {
    /** Used where a snapshot names none; undefined: there is none. */
    readonly defaultLocation: ObjectKey | undefined;
  };
}

/**
 * Finds the repository of a namespace: in the location that is named, which lies in the same namespace, or in the
 * operator's default.
 */
export async function resolvePlace(
  namespace: string,
  locationName: string | undefined,
  { client, settings }: ResolveDeps,
  signal: AbortSignal,
): Promise<PlaceSeen> {
  const key =
    locationName === undefined ? settings.defaultLocation : { namespace, name: locationName };
  if (key === undefined) {
    const message = "No location is named, and the operator has no default";
    return { kind: "refused", reason: "LocationMissing", message };
  }
  const location = await client.get<VClusterSnapshotLocation>(VCLUSTER_SNAPSHOT_LOCATION, key, {
    signal,
  });
  if (location === undefined) {
    const message = `Location ${keyText(key)} does not exist`;
    return { kind: "refused", reason: "LocationMissing", message };
  }
  return readPlace(location, namespace, { client, settings }, signal);
}

/** The repository of a namespace in a location, with what its Secrets hold. */
export async function readPlace(
  location: VClusterSnapshotLocation,
  namespace: string,
  { client, settings }: Pick<ResolveDeps, "client"> & { readonly settings: PlaceSettings },
  signal: AbortSignal,
): Promise<PlaceSeen> {
  const { s3, encryption } = location.spec;
  const home = location.metadata.namespace ?? "";
  const read = (ref: { readonly name: string } | undefined): Promise<SecretContent | undefined> =>
    readSecret(client, ref === undefined ? undefined : { namespace: home, name: ref.name }, signal);
  const [credentials, key, authorities] = await Promise.all([
    read(s3?.credentialsSecretRef),
    read(encryption?.keySecretRef),
    read(s3?.caSecretRef),
  ]);
  return placeOf(location, namespace, { credentials, key, authorities }, settings);
}

async function readSecret(
  client: KubeClient,
  key: ObjectKey | undefined,
  signal: AbortSignal,
): Promise<SecretContent | undefined> {
  if (key === undefined) return undefined;
  const secret = await client.get<
    HasMetadata & { readonly data?: Readonly<Record<string, string>> }
  >(KINDS.secret, key, { signal });
  if (secret?.data === undefined) return undefined;
  const entries = Object.entries(secret.data);
  return Object.fromEntries(entries.map(([name, text]) => [name, Buffer.from(text, "base64")]));
}
