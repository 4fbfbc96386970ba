import { StatusSchema } from "../src/gen/google/rpc/status_pb.ts";
import { OperationService } from "../src/gen/vcluster/api/v1/operation_service_pb.ts";
import { SnapshotService } from "../src/gen/vcluster/api/v1/snapshot_service_pb.ts";
import { VClusterService } from "../src/gen/vcluster/api/v1/vcluster_service_pb.ts";
import { type HttpBinding, httpBindings } from "../src/http/http-binding.ts";
import type { Schema } from "./json-schema.ts";
import { messageSchemas } from "./message-schemas.ts";
import { ERROR_RESPONSES } from "./openapi-error.ts";
import { operationOf, pathOf, SHARED_HEADERS, SHARED_PARAMETERS } from "./openapi-operation.ts";
import type { Comments } from "./proto-comments.ts";

const SERVICES = [VClusterService, SnapshotService, OperationService];

const STREAM_ERROR: Schema = {
  type: "object",
  description: "Ends a stream that could not go on.",
  properties: { error: { $ref: "#/components/schemas/Status" } },
  required: ["error"],
  additionalProperties: false,
};

const ABOUT_HTTP = `

## Over plain HTTP

- Bodies are JSON in UTF-8. Fields have lowerCamelCase names; those of the protos are read too. 64-bit numbers are
  text, times are RFC 3339, durations are seconds such as \`300s\`, field masks are names with commas between.
- Answers hold every field but objects and times that are not set. Unknown fields and parameters of requests are
  refused by name, and so is a field that path, query, header or body give different values.
- A colon or a slash within a name in a path is percent-encoded.
- Errors are google.rpc.Status: \`code\`, \`message\` and \`details\`, each with its type in \`@type\`.
- Streams are lines of JSON (application/x-ndjson). An error after the first line is a last line with \`error\`.`;

/** The OpenAPI document of the services. */
export function openApiDocument(comments: Comments): Schema {
  const bindings = httpBindings(SERVICES);
  return {
    openapi: "3.1.1",
    info: {
      title: "Open vcluster API",
      version: "v1",
      description: `${comments.get("vcluster.api.v1") ?? ""}${ABOUT_HTTP}`,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ bearer: [] }, { certificate: [] }],
    tags: SERVICES.map(({ name, typeName }) => ({
      name,
      description: comments.get(typeName) ?? "",
    })),
    paths: pathsOf(bindings, comments),
    components: {
      schemas: { ...messageSchemas(bindings, comments, [StatusSchema]), StreamError: STREAM_ERROR },
      responses: ERROR_RESPONSES,
      parameters: SHARED_PARAMETERS,
      headers: SHARED_HEADERS,
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description: "Token of a Kubernetes ServiceAccount, or an OpenID Connect ID token.",
        },
        certificate: { type: "mutualTLS", description: "Client certificate." },
      },
    },
  };
}

function pathsOf(bindings: readonly HttpBinding[], comments: Comments): Schema {
  const paths = new Map<string, Record<string, Schema>>();
  for (const binding of bindings) {
    const path = pathOf(binding);
    const item = paths.get(path) ?? {};
    paths.set(path, { ...item, [binding.verb.toLowerCase()]: operationOf(binding, comments) });
  }
  return Object.fromEntries(paths);
}
