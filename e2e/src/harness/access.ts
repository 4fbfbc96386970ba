import type { Kubectl } from "./kubectl.ts";

/** What somebody would do, as a SubjectAccessReview names it. */
export interface Deed {
  readonly verb: string;
  readonly group: string;
  /** Plural. */
  readonly resource: string;
  /** Absent: in all. */
  readonly namespace?: string;
}

/** Asks the API server; also about kinds that it does not serve, which `kubectl auth can-i` does not find. */
export async function isAllowed(kubectl: Kubectl, user: string, deed: Deed): Promise<boolean> {
  const review = {
    apiVersion: "authorization.k8s.io/v1",
    kind: "SubjectAccessReview",
    spec: { user, resourceAttributes: deed },
  };
  const said = await kubectl.run(["create", "-f", "-", "-o", "json"], JSON.stringify(review));
  const { status } = JSON.parse(said) as { readonly status: { readonly allowed: boolean } };
  return status.allowed;
}
