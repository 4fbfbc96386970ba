import { durationVariable, integerVariable, type VariablesOf } from "@open-vcluster/runtime";

const SECOND = 1_000;
const HOUR = 60 * 60 * SECOND;
const MIB = 1024 * 1024;

/** What callers may use of one replica; times in milliseconds. */
export interface LimitsConfig {
  readonly rateLimitPerSecond: number;
  readonly rateLimitBurst: number;
  readonly maxConcurrentCalls: number;
  readonly maxCallsPerCaller: number;
  readonly maxStreams: number;
  readonly maxStreamsPerCaller: number;
  readonly maxConnections: number;
  readonly maxRequestBytes: number;
  readonly deadlineMaxMs: number;
}

/** The variables of {@link LimitsConfig}. */
export const LIMITS_VARIABLES: VariablesOf<LimitsConfig> = {
  rateLimitPerSecond: integerVariable({
    name: "RATE_LIMIT_PER_SECOND",
    fallback: "50",
    min: 1,
    max: 100_000,
    help: "Calls of one caller per second in the long run, at each replica; and requests of one address (IPv6: /64 network) that are refused because they prove no identity or make no call",
  }),
  rateLimitBurst: integerVariable({
    name: "RATE_LIMIT_BURST",
    fallback: "100",
    min: 1,
    max: 100_000,
    help: "Calls of one caller, or refused requests of one address, that may come at once after a pause",
  }),
  maxConcurrentCalls: integerVariable({
    name: "MAX_CONCURRENT_CALLS",
    fallback: "500",
    min: 1,
    max: 100_000,
    help: "Unary calls of all callers that run at the same time, at each replica",
  }),
  maxCallsPerCaller: integerVariable({
    name: "MAX_CALLS_PER_CALLER",
    fallback: "250",
    min: 1,
    max: 100_000,
    help: "Unary calls of one caller that run at the same time, at each replica",
  }),
  maxStreams: integerVariable({
    name: "MAX_STREAMS",
    fallback: "1000",
    min: 1,
    max: 100_000,
    help: "Streams of all callers that are open at the same time, at each replica",
  }),
  maxStreamsPerCaller: integerVariable({
    name: "MAX_STREAMS_PER_CALLER",
    fallback: "200",
    min: 1,
    max: 100_000,
    help: "Streams of one caller that are open at the same time, at each replica",
  }),
  maxConnections: integerVariable({
    name: "MAX_CONNECTIONS",
    fallback: "2000",
    min: 1,
    max: 100_000,
    help: "Connections that are open at the same time, at each replica; more are closed at once",
  }),
  maxRequestBytes: integerVariable({
    name: "MAX_REQUEST_BYTES",
    fallback: String(2 * MIB),
    min: 64 * 1024,
    max: 16 * MIB,
    help: "Size of one request message, decompressed, in bytes",
  }),
  deadlineMaxMs: durationVariable({
    name: "DEADLINE_MAX",
    fallback: "61m",
    minMs: SECOND,
    maxMs: 24 * HOUR,
    help: "The longest that a unary call may take, whatever deadline its client set; more than the hour that CreateVCluster can be asked to wait",
  }),
};
