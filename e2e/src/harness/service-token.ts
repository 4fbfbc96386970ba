import type { Kubectl } from "./kubectl.ts";

/** A token for the ServiceAccount `default`, valid for a day. */
export async function issueToken(cluster: Kubectl): Promise<string> {
  const token = await cluster.run([
    "-n",
    "default",
    "create",
    "token",
    "default",
    "--duration=24h",
  ]);
  return token.trim();
}

/** Whether a cluster takes a token for one of its own. */
export async function accepts(cluster: Kubectl, token: string): Promise<boolean> {
  const review = {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenReview",
    spec: { token },
  };
  const answer = await cluster.run(["create", "-f", "-", "-o", "json"], JSON.stringify(review));
  const { status } = JSON.parse(answer) as {
    readonly status?: { readonly authenticated?: boolean };
  };
  return status?.authenticated === true;
}
