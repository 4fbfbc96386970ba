import type { Kubectl } from "./kubectl.ts";

/** Every cluster has some, and few writes. */
const WATCHED = "/api/v1/configmaps";

interface Listed {
  readonly metadata: { readonly resourceVersion: string };
}

interface WatchEvent {
  readonly type: string;
  readonly object: { readonly code?: number };
}

/** The newest version that a cluster tells to a client. */
export async function newestVersion(kubectl: Kubectl): Promise<string> {
  const { metadata } = JSON.parse(await kubectl.run(["get", "--raw", WATCHED])) as Listed;
  return metadata.resourceVersion;
}

/** Goes on watching from a version: the code of the error that it is answered with first, if any. */
export async function answerToWatch(
  kubectl: Kubectl,
  version: string,
): Promise<number | undefined> {
  const path = `${WATCHED}?watch=1&timeoutSeconds=5&resourceVersion=${version}`;
  const [first = ""] = (await kubectl.run(["get", "--raw", path])).split("\n");
  if (first === "") return undefined;
  const { type, object } = JSON.parse(first) as WatchEvent;
  return type === "ERROR" ? object.code : undefined;
}
