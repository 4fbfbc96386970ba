import {
  FORWARDER_FOR_ANNOTATION,
  forwarderSecretName,
  releaseName,
  WORK_ANNOTATION,
} from "@open-vcluster/crds";
import type { Clock, KubeClient, KubeObject, ObjectKey } from "@open-vcluster/runtime";
import { locate } from "../../instance/observe.ts";
import { createOnce } from "../../world/create-once.ts";
import { FIELD_MANAGER } from "../../world/field-manager.ts";
import { KINDS } from "../../world/kinds.ts";
import {
  createForwarderCertificates,
  FORWARDER_NAME,
  type TlsParts,
} from "../forwarder/certificates.ts";
import { podTrouble, type WorkPod } from "../job/pod-trouble.ts";
import type { StoreEndpoint } from "../worker/task.ts";
import type { StoreDeps, StoreUse } from "./deps.ts";
import {
  clientSecretOf,
  FORWARDER,
  FORWARDER_PORT,
  forwarderPodOf,
  forwarderPolicyOf,
  purposeOf,
  serverSecretOf,
} from "./forwarder.ts";
import {
  type ControlPlanePod,
  type ControlPlaneSet,
  isReady,
  type StoreHost,
  storeHostOf,
} from "./store-host.ts";
import type { StoreSeen } from "./store-seen.ts";

/** What looking and closing use. */
export interface SqliteDeps {
  readonly client: KubeClient;
  readonly settings: Pick<StoreDeps["settings"], "operatorNamespace">;
}

/** What opening uses. */
export interface OpenDeps extends Pick<StoreDeps, "client" | "settings"> {
  readonly clock: Clock;
}

interface ForwarderPod extends ControlPlanePod, WorkPod {
  readonly status?: NonNullable<ControlPlanePod["status"]> &
    NonNullable<WorkPod["status"]> & { readonly podIP?: string };
}

/** Finds how a sqlite store can be reached now. */
export async function lookAtSqlite(
  use: StoreUse,
  deps: SqliteDeps,
  signal: AbortSignal,
): Promise<StoreSeen> {
  const [host, pod, client] = await Promise.all([
    hostOf(use, deps, signal),
    deps.client.get<ForwarderPod>(KINDS.pod, forwarderKey(use), { signal }),
    readClient(use, deps, signal),
  ]);
  // What was opened has to be closed, whatever became of the control plane since.
  const isOpened = pod?.metadata.annotations?.[WORK_ANNOTATION] === use.asker;
  if ("why" in host) return { ...host, isOpened };
  if (pod === undefined) return lookAtVolume(use, host, deps, signal);
  const waiting = whyWaiting(pod, isOpened);
  if (waiting !== undefined) return { kind: "waiting", why: waiting, isOpened };
  if (client === undefined || !isMadeFor(pod, purposeOf(host, client.ca)))
    return { kind: "closed", isOpened };
  if (!isReady(pod)) return { kind: "waiting", why: whyNotReady(pod), isOpened };
  return { kind: "ready", isOpened, endpoint: endpointOf(pod, client) };
}

/** A control plane that has never run has no volume yet. */
async function lookAtVolume(
  { mayMake = false }: StoreUse,
  { claim }: StoreHost,
  { client }: SqliteDeps,
  signal: AbortSignal,
): Promise<StoreSeen> {
  if (mayMake || (await hasClaim(claim, client, signal)))
    return { kind: "closed", isOpened: false };
  const why = "The instance has never run, and has no store yet";
  return { kind: "waiting", why, isOpened: false };
}

async function hasClaim(
  { metadata: { namespace = "", name } }: KubeObject,
  client: KubeClient,
  signal: AbortSignal,
): Promise<boolean> {
  const fieldSelector = `metadata.name=${name}`;
  const options = { namespace, fieldSelector, metadataOnly: true, signal };
  return (await client.list(KINDS.persistentVolumeClaim, options)).length > 0;
}

/** Why nothing can be done about a forwarder now; undefined where something can. Pure. */
function whyWaiting(pod: ForwarderPod, isOpened: boolean): string | undefined {
  const { annotations, deletionTimestamp } = pod.metadata;
  if (deletionTimestamp !== undefined) return "The way to the store is being closed";
  if (isOpened || isOver(pod)) return undefined;
  return `${annotations?.[WORK_ANNOTATION] ?? "Another"} uses the store`;
}

function whyNotReady(pod: ForwarderPod): string {
  const trouble = podTrouble(pod);
  const words = "The way to the store is being opened";
  return trouble === undefined ? words : `${words}. ${trouble}`;
}

function isOver({ status }: ForwarderPod): boolean {
  return status?.phase === "Failed" || status?.phase === "Succeeded";
}

function isMadeFor(pod: ForwarderPod, purpose: string): boolean {
  return pod.metadata.annotations?.[FORWARDER_FOR_ANNOTATION] === purpose && !isOver(pod);
}

function endpointOf({ status }: ForwarderPod, tls: TlsParts): StoreEndpoint {
  const { podIP = "" } = status ?? {};
  const address = podIP.includes(":") ? `[${podIP}]` : podIP;
  return {
    url: `https://${address}:${String(FORWARDER_PORT)}`,
    serverName: FORWARDER_NAME,
    tls,
  };
}

/**
 * Begins to open the way to a sqlite store, with certificates of its own. A forwarder that is of no use any more goes
 * first; another call goes on then.
 */
export async function openSqlite(
  use: StoreUse,
  deps: OpenDeps,
  signal: AbortSignal,
): Promise<void> {
  const { client, settings, clock } = deps;
  const host = await hostOf(use, deps, signal);
  if ("why" in host) return;
  const left = await client.get(KINDS.pod, forwarderKey(use), { metadataOnly: true, signal });
  if (left !== undefined) {
    await client.delete(KINDS.pod, forwarderKey(use), { uid: left.metadata.uid, signal });
    return;
  }
  if (use.mayMake === true && !(await hasClaim(host.claim, client, signal))) {
    await createOnce(KINDS.persistentVolumeClaim, host.claim, client, signal);
  }
  const { instance, targetNamespace } = locate(use.instance);
  const wish = {
    instance,
    targetNamespace,
    operatorId: settings.operatorId,
    operatorNamespace: settings.operatorNamespace,
    image: settings.work.image ?? "",
    // They lie in the target namespace, for the control plane's image.
    pullSecrets: use.instance.spec.serviceAccount?.imagePullSecrets ?? [],
    asker: use.asker,
    deadlineSeconds: Math.ceil(settings.work.deadlineMs / 1_000),
  };
  const certificates = await createForwarderCertificates(clock.nowMs());
  const options = { fieldManager: FIELD_MANAGER, force: true, signal };
  await client.apply(KINDS.secret, clientSecretOf(wish, certificates), options);
  await client.apply(KINDS.secret, serverSecretOf(wish, certificates), options);
  await client.apply(KINDS.networkPolicy, forwarderPolicyOf(wish), options);
  // Last: it says which certificates it was made for.
  await client.create(KINDS.pod, forwarderPodOf(wish, host, certificates), {
    fieldManager: FIELD_MANAGER,
    signal,
  });
}

/** Closes the way to a sqlite store; nothing of it stays. It is closed when a look does not find it opened any more. */
export async function closeSqlite(
  use: Pick<StoreUse, "instance">,
  { client, settings }: SqliteDeps,
  signal: AbortSignal,
): Promise<void> {
  const key = forwarderKey(use);
  await client.delete(KINDS.networkPolicy, key, { signal });
  await client.delete(KINDS.secret, key, { signal });
  await client.delete(KINDS.secret, clientKey(use, settings.operatorNamespace), { signal });
  // Last: whoever looks finds by it that there is something to close.
  await client.delete(KINDS.pod, key, { signal });
}

async function hostOf(
  { instance, mayRenew = false }: StoreUse,
  { client }: SqliteDeps,
  signal: AbortSignal,
): Promise<ReturnType<typeof storeHostOf>> {
  const { instance: key, targetNamespace: namespace } = locate(instance);
  const name = releaseName(key.name);
  const [set, pod] = await Promise.all([
    client.get<ControlPlaneSet>(KINDS.statefulSet, { namespace, name }, { signal }),
    client.get<ControlPlanePod>(KINDS.pod, { namespace, name: `${name}-0` }, { signal }),
  ]);
  if (set !== undefined) return storeHostOf(set, pod, mayRenew);
  return { kind: "waiting", why: `There is no StatefulSet ${name} in ${namespace}` };
}

async function readClient(
  use: StoreUse,
  { client, settings }: SqliteDeps,
  signal: AbortSignal,
): Promise<TlsParts | undefined> {
  const key = clientKey(use, settings.operatorNamespace);
  const secret = await client.get<
    KubeObject & { readonly data?: Readonly<Record<string, string>> }
  >(KINDS.secret, key, { signal });
  const text = (name: string): string =>
    Buffer.from(secret?.data?.[name] ?? "", "base64").toString("utf8");
  if (secret === undefined) return undefined;
  return { ca: text("ca.crt"), cert: text("tls.crt"), key: text("tls.key") };
}

function forwarderKey({ instance }: Pick<StoreUse, "instance">): ObjectKey {
  return { namespace: locate(instance).targetNamespace, name: FORWARDER };
}

function clientKey({ instance }: Pick<StoreUse, "instance">, namespace: string): ObjectKey {
  return { namespace, name: forwarderSecretName(locate(instance).instance) };
}
