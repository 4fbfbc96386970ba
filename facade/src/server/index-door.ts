import { type Door, type DoorResponse, pathOf } from "./door.ts";

/** Where everything is that needs no knowledge of the contract. Relative, so that it holds below a prefix too. */
const INDEX = {
  product: "open-vcluster-api",
  docs: "docs",
  openapi: "openapi.json",
  health: ["healthz", "readyz"],
  protocols: ["Connect", "gRPC", "gRPC-web", "REST"],
};

/** Answers `/`: a browser is sent to the documentation, everybody else reads where what is. */
export function createIndexDoor(): Door {
  const bytes = Buffer.from(`${JSON.stringify(INDEX, undefined, 2)}\n`);
  return (request, response) => {
    if (pathOf(request) !== "/" || !(request.method === "GET" || request.method === "HEAD")) {
      return false;
    }
    response.setHeader("vary", [response.getHeader("vary") ?? [], "accept"].flat().join(", "));
    if (/\btext\/html\b/i.test(request.headers.accept ?? "")) sendToDocs(response);
    else {
      response.setHeader("content-type", "application/json");
      response.setHeader("content-length", bytes.byteLength);
      response.statusCode = 200;
      if (request.method === "HEAD") response.end();
      else response.end(bytes);
    }
    return true;
  };
}

function sendToDocs(response: DoorResponse): void {
  response.setHeader("location", "docs");
  // Not for ever: the next version may have a page of its own here.
  response.statusCode = 302;
  response.end();
}
