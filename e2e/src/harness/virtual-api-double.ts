import type { IncomingMessage, ServerResponse } from "node:http";

/** Answers as a virtual API does, as far as the operator asks: readiness, version, and one pod that can be evicted. */
export function virtualApi(): (request: IncomingMessage, response: ServerResponse) => void {
  let hasPod = true;
  return (request, response) => {
    const path = (request.url ?? "").split("?")[0] ?? "";
    const reply = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    };
    request.resume();
    if (path === "/readyz") return reply(200, "ok");
    if (path === "/version") return reply(200, { gitVersion: "v1.36.0" });
    if (path.endsWith("/eviction") || request.method === "DELETE") {
      hasPod = false;
      return reply(201, { kind: "Status", apiVersion: "v1", status: "Success" });
    }
    const items = path === "/api/v1/pods" && hasPod ? [POD] : [];
    return reply(200, {
      kind: "List",
      apiVersion: "v1",
      metadata: { resourceVersion: "1" },
      items,
    });
  };
}

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
