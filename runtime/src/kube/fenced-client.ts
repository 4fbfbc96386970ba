import { Failure } from "../failure.ts";
import type { KubeClient } from "./client.ts";

/**
 * The same client, but every writing call is refused with `precondition` NotLeader unless `isLeader()`
 * holds at that instant. Raw requests other than GET count as writing.
 */
export function fencedClient(client: KubeClient, isLeader: () => boolean): KubeClient {
  const fenced = <R>(call: () => Promise<R>): Promise<R> =>
    isLeader() ? call() : Promise.reject(notLeader());
  return {
    ...client,
    create: (type, object, options) => fenced(() => client.create(type, object, options)),
    apply: (type, object, options) => fenced(() => client.apply(type, object, options)),
    mergePatch: (type, key, patch, options) =>
      fenced(() => client.mergePatch(type, key, patch, options)),
    jsonPatch: (type, key, operations, options) =>
      fenced(() => client.jsonPatch(type, key, operations, options)),
    replace: (type, object, options) => fenced(() => client.replace(type, object, options)),
    delete: (type, key, options) => fenced(() => client.delete(type, key, options)),
    deleteCollection: (type, selection) => fenced(() => client.deleteCollection(type, selection)),
    request: (method, path, options) =>
      method === "GET"
        ? client.request(method, path, options)
        : fenced(() => client.request(method, path, options)),
  };
}

function notLeader(): Failure {
  return new Failure("precondition", "NotLeader", "This process does not lead; the leader does it");
}
