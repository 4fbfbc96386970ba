import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Tracer as ApiTracer,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { parseTraceparent, traceparentText } from "./traceparent.ts";

/** Facts about a span; closed names, no secrets. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** What a span is about. */
export interface SpanSpec {
  readonly name: string;
  readonly kind?: "server" | "client" | "internal";
  /** `traceparent` of what caused it; absent: the span that runs now, or a new trace. */
  readonly parent?: string | undefined;
  readonly facts?: SpanFacts;
  /** Epoch milliseconds; absent: now. */
  readonly startMs?: number;
}

/** One piece of work that is traced. */
export interface TracedSpan {
  /** To be carried to whatever goes on with the work; undefined while nothing is traced. */
  readonly traceparent: string | undefined;
  /** Runs work inside, so that spans that start in it belong to this one. */
  run<T>(work: () => T): T;
  /** Ends it, `problem` being the reason of a failure. */
  end(facts?: SpanFacts, problem?: string): void;
}

/** Starts spans. */
export interface Tracing {
  start(spec: SpanSpec): TracedSpan;
  /** Starts a span around work and ends it with it; what the work throws is passed on. */
  around<T>(spec: SpanSpec, work: () => Promise<T>): Promise<T>;
  /** The same where a span runs already; elsewhere the work alone. */
  inside<T>(spec: SpanSpec, work: () => Promise<T>): Promise<T>;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Where spans go. */
export interface TracingOptions {
  /** Base URL of an OTLP collector that takes HTTP; absent: nothing is sent, and traces of callers are carried on. */
  readonly endpoint: string | undefined;
  readonly serviceName: string;
  readonly instanceName: string;
}

const KINDS = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  internal: SpanKind.INTERNAL,
} as const;
const EXPORT_TIMEOUT_MS = 5_000;

/** Opens tracing. A collector that is away costs nothing but its spans. */
export function createTracing(options: TracingOptions): Tracing {
  if (options.endpoint === undefined) {
    return withStart({ start: carryOn, isInside: () => false, close: () => Promise.resolve() });
  }
  const { serviceName, instanceName } = options;
  const exporter = new OTLPTraceExporter({
    url: new URL("v1/traces", `${options.endpoint.replace(/\/+$/, "")}/`).href,
    timeoutMillis: EXPORT_TIMEOUT_MS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      "service.name": serviceName,
      "service.instance.id": instanceName,
    }),
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const active = new AsyncLocalStorage<Span>();
  const tracer = provider.getTracer("open-vcluster");
  return withStart({
    start: (spec) => startSpan(tracer, active, spec),
    isInside: () => active.getStore() !== undefined,
    close: () => provider.shutdown(),
  });
}

function withStart({
  start,
  isInside,
  close,
}: Pick<Tracing, "start" | "close"> & { readonly isInside: () => boolean }): Tracing {
  const around: Tracing["around"] = async (spec, work) => {
    const span = start(spec);
    try {
      const result = await span.run(work);
      span.end();
      return result;
    } catch (error) {
      span.end({}, error instanceof Error ? error.name : "Error");
      throw error;
    }
  };
  return {
    start,
    around,
    inside: (spec, work) => (isInside() ? around(spec, work) : work()),
    close,
  };
}

function startSpan(tracer: ApiTracer, active: AsyncLocalStorage<Span>, spec: SpanSpec): TracedSpan {
  const options = {
    kind: KINDS[spec.kind ?? "internal"],
    attributes: { ...spec.facts },
    ...(spec.startMs === undefined ? {} : { startTime: spec.startMs }),
  };
  const span = tracer.startSpan(spec.name, options, contextOf(spec.parent, active.getStore()));
  const { traceId, spanId, traceFlags } = span.spanContext();
  const isSampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
  return {
    traceparent: traceparentText({ traceId, spanId, isSampled }),
    run: (work) => active.run(span, work),
    end: (facts = {}, problem) => {
      span.setAttributes({ ...facts });
      if (problem !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: problem });
      span.end();
    },
  };
}

function contextOf(
  parent: string | undefined,
  running: Span | undefined,
): ReturnType<typeof trace.setSpan> {
  const remote = parseTraceparent(parent);
  if (remote === undefined) {
    return running === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, running);
  }
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: remote.traceId,
    spanId: remote.spanId,
    traceFlags: remote.isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  });
}

/** Without a collector the caller's own trace is all that there is to carry on. */
function carryOn({ parent }: SpanSpec): TracedSpan {
  return {
    traceparent: parseTraceparent(parent) === undefined ? undefined : parent,
    run: (work) => work(),
    end: () => undefined,
  };
}
