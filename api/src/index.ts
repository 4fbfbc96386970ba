export { boundsAt, boundsOf } from "./bounds/bounds-of.ts";
export type { FieldBounds } from "./bounds/field-bounds.ts";
export { CONTRACT_FILES } from "./contract-files.ts";
export { ERROR_REGISTRY } from "./error-registry.ts";
export * from "./gen/google/api/annotations_pb.ts";
export * from "./gen/google/api/http_pb.ts";
export * from "./gen/google/rpc/error_details_pb.ts";
export * from "./gen/google/rpc/status_pb.ts";
export * from "./gen/vcluster/api/v1/operation_pb.ts";
export * from "./gen/vcluster/api/v1/operation_service_pb.ts";
export * from "./gen/vcluster/api/v1/restore_plan_pb.ts";
export * from "./gen/vcluster/api/v1/snapshot_pb.ts";
export * from "./gen/vcluster/api/v1/snapshot_service_pb.ts";
export * from "./gen/vcluster/api/v1/vcluster_pb.ts";
export * from "./gen/vcluster/api/v1/vcluster_service_pb.ts";
export { fieldsOnPath } from "./http/field-path.ts";
export {
  etagFields,
  type FieldHeader,
  REQUEST_HEADER_FIELDS,
  requestHeaderField,
  TIMEOUT_HEADER,
} from "./http/header-field.ts";
export { type HttpBinding, type HttpMethodDesc, httpBindings } from "./http/http-binding.ts";
export {
  matchPath,
  type PathTemplate,
  parsePathTemplate,
  type RequestPath,
  splitPath,
  type TemplateSegment,
  type TemplateVariable,
} from "./http/path-template.ts";
export { isQueryLeaf, isTextMessage, type QueryField, queryFields } from "./http/query-field.ts";
export { STATUS_CODES, type StatusCode } from "./http/status-code.ts";
