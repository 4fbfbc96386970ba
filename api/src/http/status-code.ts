/** A status code of gRPC and what it is over plain HTTP. */
export interface StatusCode {
  readonly name: string;
  /** Number of google.rpc.Code. */
  readonly code: number;
  readonly httpStatus: number;
}

const code = (name: string, number: number, httpStatus: number): StatusCode => ({
  name,
  code: number,
  httpStatus,
});

/** Every status code but OK. */
export const STATUS_CODES: readonly StatusCode[] = [
  code("CANCELLED", 1, 499),
  code("UNKNOWN", 2, 500),
  code("INVALID_ARGUMENT", 3, 400),
  code("DEADLINE_EXCEEDED", 4, 504),
  code("NOT_FOUND", 5, 404),
  code("ALREADY_EXISTS", 6, 409),
  code("PERMISSION_DENIED", 7, 403),
  code("RESOURCE_EXHAUSTED", 8, 429),
  code("FAILED_PRECONDITION", 9, 400),
  code("ABORTED", 10, 409),
  code("OUT_OF_RANGE", 11, 400),
  code("UNIMPLEMENTED", 12, 501),
  code("INTERNAL", 13, 500),
  code("UNAVAILABLE", 14, 503),
  code("DATA_LOSS", 15, 500),
  code("UNAUTHENTICATED", 16, 401),
];
