import type { IncomingMessage, ServerResponse } from "node:http";

/** What runs inside one virtual cluster: one pod of a ReplicaSet, or none. */
export interface Tenant {
  /** The pod is back, as after a resume. */
  run(): void;
  /** From now on a budget refuses its eviction, or no longer does. */
  block(isBlocked: boolean): void;
  hasPod(): boolean;
  answer(request: IncomingMessage, response: ServerResponse): void;
}

/**
 * Answers as a virtual API does, as far as operator and facade ask: readiness, version, tokens, and one pod that can be
 * evicted.
 */
export function createTenant(): Tenant {
  let hasPod = true;
  let isBlocked = false;
  const answerTo = (method: string, path: string): readonly [status: number, body: unknown] => {
    if (path === "/readyz") return [200, "ok"];
    if (path === "/version") return [200, { gitVersion: "v1.36.0" }];
    if (path.endsWith("/token")) return [201, TOKEN];
    const isEviction = path.endsWith("/eviction");
    if (isEviction && isBlocked) return [429, REFUSAL];
    if (isEviction || method === "DELETE") {
      hasPod = false;
      return [isEviction ? 201 : 200, { kind: "Status", apiVersion: "v1", status: "Success" }];
    }
    const items = path === "/api/v1/pods" && hasPod ? [POD] : [];
    return [200, { kind: "List", apiVersion: "v1", metadata: { resourceVersion: "1" }, items }];
  };
  return {
    run: () => {
      hasPod = true;
    },
    block: (value) => {
      isBlocked = value;
    },
    hasPod: () => hasPod,
    answer: (request, response) => {
      const path = (request.url ?? "").split("?")[0] ?? "";
      const [status, body] = answerTo(request.method ?? "GET", path);
      request.resume();
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    },
  };
}

const REFUSAL = {
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  code: 429,
  reason: "TooManyRequests",
  message: "Cannot evict pod as it would violate the pod's disruption budget.",
  details: {
    causes: [
      {
        reason: "DisruptionBudget",
        message: "The disruption budget web needs 1 healthy pods and has 1 currently",
      },
    ],
  },
};

const TOKEN = {
  kind: "TokenRequest",
  apiVersion: "authentication.k8s.io/v1",
  status: { token: "token-of-the-double", expirationTimestamp: "2100-01-01T00:00:00Z" },
};

const POD = {
  metadata: {
    namespace: "default",
    name: "web-0",
    uid: "3a9c1f66-0000-4000-8000-000000000001",
    ownerReferences: [
      {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        name: "web",
        uid: "3a9c1f66-0000-4000-8000-000000000002",
        controller: true,
      },
    ],
  },
  spec: { nodeName: "node" },
  status: { phase: "Running" },
};
