import { GROUP, VCLUSTER_INSTANCE } from "@open-vcluster/crds";
import { type Clock, Failure, type KubeClient } from "@open-vcluster/runtime";
import { createAnswerCache } from "../identity/answer-cache.ts";
import type { Principal } from "../identity/principal.ts";
import type { PermissionAttributes, Permissions } from "./permissions.ts";

/** What {@link createPermissions} uses. */
export interface PermissionsDeps {
  readonly client: KubeClient;
  readonly clock: Clock;
}

const ACCESS_REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
/** A right that was taken away works for as long. */
const ALLOWED_MS = 10_000;
const DENIED_MS = 5_000;
const MAX_ANSWERS = 50_000;
/** Namespaces of one list that are asked about at the same time. */
const PARALLEL = 16;

/** Asks the host cluster's authorisers by SubjectAccessReview; remembers rights for 10 seconds, refusals for 5. */
export function createPermissions({ client, clock }: PermissionsDeps): Permissions {
  const answers = createAnswerCache<boolean>({
    ttlMs: (isAllowed) => (isAllowed ? ALLOWED_MS : DENIED_MS),
    maxAnswers: MAX_ANSWERS,
    clock,
  });
  const answerOf: Permissions["check"] = (principal, attributes) =>
    answers.get(keyOf(principal, attributes), () => ask(client, principal, attributes));
  const check: Permissions["check"] = async (principal, attributes) => {
    const { name, ...anyName } = attributes;
    // What holds for every name is asked once for all of them; roles that name names are rare.
    if (await answerOf(principal, anyName)) return true;
    return name === undefined ? false : answerOf(principal, attributes);
  };
  return {
    check,
    require: async (principal, attributes) => {
      if (await check(principal, attributes)) return;
      throw new Failure("denied", "PermissionDenied", denialOf(attributes), {
        facts: { permission: permissionText(attributes) },
      });
    },
    namespacesWhere: async (principal, { namespace: _, ...attributes }, candidates) => {
      if (await check(principal, attributes)) return "all";
      const left = new Set(candidates);
      const allowed = new Set<string>();
      const work = async (): Promise<void> => {
        for (const namespace of left) {
          left.delete(namespace);
          if (await check(principal, { ...attributes, namespace })) allowed.add(namespace);
        }
      };
      await Promise.all(Array.from({ length: PARALLEL }, work));
      return allowed;
    },
  };
}

async function ask(
  client: KubeClient,
  principal: Principal,
  attributes: PermissionAttributes,
): Promise<boolean> {
  const { verb, resource = VCLUSTER_INSTANCE.plural, namespace, name, subresource } = attributes;
  const { text } = await client.request("POST", ACCESS_REVIEWS, {
    body: {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      spec: {
        user: principal.name,
        uid: principal.uid,
        groups: principal.groups,
        extra: principal.extra,
        resourceAttributes: {
          group: GROUP,
          version: VCLUSTER_INSTANCE.version,
          resource,
          verb,
          namespace,
          name,
          subresource,
        },
      },
    },
  });
  const { status } = JSON.parse(text) as { readonly status?: { readonly allowed?: boolean } };
  return status?.allowed === true;
}

/** All of it: the same name with other groups is another question. */
function keyOf({ name, uid, groups, extra }: Principal, attributes: PermissionAttributes): string {
  const { verb, resource, namespace, name: object, subresource } = attributes;
  return JSON.stringify([name, uid, groups, extra, verb, resource, namespace, object, subresource]);
}

function permissionText({ verb, resource, subresource }: PermissionAttributes): string {
  const what = `${resource ?? VCLUSTER_INSTANCE.plural}.${GROUP}`;
  return subresource === undefined ? `${verb} ${what}` : `${verb} ${what}/${subresource}`;
}

function denialOf(attributes: PermissionAttributes): string {
  const where =
    attributes.namespace === undefined
      ? "in all namespaces"
      : `in namespace ${attributes.namespace}`;
  return `You may not ${permissionText(attributes)} ${where}; ask an administrator for a role that allows it`;
}
