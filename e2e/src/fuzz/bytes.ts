import type { DescMethod } from "@bufbuild/protobuf";
import { OperationService, SnapshotService, VClusterService } from "@open-vcluster/api";
import fc from "fast-check";
import type { RawAnswer, RawRequest } from "./raw.ts";

const METHODS: readonly DescMethod[] = [VClusterService, SnapshotService, OperationService].flatMap(
  (service) => service.methods,
);

const UNARY_TYPES = ["application/json", "application/proto"];
const STREAM_TYPES = ["application/connect+json", "application/connect+proto"];
const ANY_TYPES = [
  "application/grpc",
  "application/grpc+proto",
  "application/grpc+json",
  "application/grpc-web",
  "application/grpc-web+proto",
  "application/grpc-web+json",
];
const REST_PATHS = [
  "/v1/vclusters",
  "/v1/namespaces/demo/vclusters",
  "/v1/namespaces/demo/vclusters/demo:suspend",
  "/v1/operations/x:wait",
];
const JSON_SCRAPS = [
  '{"name":',
  "}",
  "[",
  '"demo"',
  "null",
  ",",
  '{"spec":{}}',
  "1e999",
  "\\ud800",
];

const scraps = fc
  .array(fc.constantFrom(...JSON_SCRAPS), { maxLength: 8 })
  .map((parts) => new TextEncoder().encode(parts.join("")));
const payload = fc.oneof(fc.uint8Array({ maxLength: 256 }), scraps);

/** As gRPC and Connect frame messages; the length is mostly right. */
const framed = fc
  .tuple(
    payload,
    fc.constantFrom(0, 0, 0, 1, 2, 128, 255),
    fc.constantFrom(0, 0, 0, 1, -1, 2 ** 31),
  )
  .map(([bytes, flags, error]) => {
    const frame = Buffer.alloc(5 + bytes.length);
    frame.writeUInt8(flags, 0);
    frame.writeUInt32BE(Math.max(0, bytes.length + error), 1);
    frame.set(bytes, 5);
    return new Uint8Array(frame);
  });

/** A request that says nothing, for any door. */
export const rawRequest: fc.Arbitrary<RawRequest> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...METHODS).chain(rpcRequest) },
  {
    weight: 1,
    arbitrary: fc.record({
      method: fc.constantFrom("POST", "PATCH"),
      path: fc.constantFrom(...REST_PATHS),
      contentType: fc.constant("application/json"),
      body: payload,
    }),
  },
);

function rpcRequest(method: DescMethod): fc.Arbitrary<RawRequest> {
  const own = method.methodKind === "unary" ? UNARY_TYPES : STREAM_TYPES;
  return fc.constantFrom(...own, ...ANY_TYPES).chain((contentType) =>
    fc.record({
      method: fc.constant("POST"),
      path: fc.constant(`/${method.parent.typeName}/${method.name}`),
      contentType: fc.constant(contentType),
      body: UNARY_TYPES.includes(contentType) ? payload : fc.oneof(framed, payload),
    }),
  );
}

/** What is wrong with an answer; undefined if it is as every answer should be. */
export function faultIn({ contentType }: RawRequest, answer: RawAnswer): string | undefined {
  const { status, fields } = answer;
  const body = answer.body.toString("latin1");
  if (status >= 500 && status !== 501) return `status ${String(status)}: ${body}`;
  if (contentType.startsWith("application/grpc")) return grpcFault(fields, body);
  if (/"code":\s*"(internal|unknown|data_loss)"/.test(body)) return body;
  const isError = status >= 400 || body.includes('"error"');
  return isError && !body.includes("google.rpc.ErrorInfo") ? `no ErrorInfo: ${body}` : undefined;
}

/** INTERNAL, UNKNOWN and DATA_LOSS. */
const SERVER_FAULTS = ["13", "2", "15"];

function grpcFault(fields: RawAnswer["fields"], body: string): string | undefined {
  const status = fields["grpc-status"] ?? /grpc-status: ?(\d+)/i.exec(body)?.[1];
  if (status === undefined || status === "0") return undefined;
  const told = `${JSON.stringify(fields)} ${body}`;
  if (SERVER_FAULTS.includes(status)) return told;
  return told.includes("grpc-status-details-bin") ? undefined : `no details: ${told}`;
}
