import { fieldsOf, payloadOf } from "./wire.ts";

/** Which kind of object a value holds. */
export interface StoredType {
  /** `v1`, or group and version: `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
}

export interface StoredObject extends StoredType {
  /** Empty for objects of the whole cluster. */
  readonly namespace: string;
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Somebody deleted it, and its finalizers keep it for a while. */
  readonly isTerminating: boolean;
}

/** How kube-apiserver marks protobuf (apimachinery, serializer/protobuf): an `Unknown` message follows. */
const MAGIC = Buffer.from("k8s\0");
const UNKNOWN = { typeMeta: 1, raw: 2 };
/** Of field 1, a message. */
const TYPE_META_TAG = 0x0a;
const TYPE_META = { apiVersion: 1, kind: 2 };
/** All built-in kinds have their metadata first. */
const OBJECT = { metadata: 1 };
const METADATA = { name: 1, namespace: 3, deletionTimestamp: 9, labels: 11 };
const MAP_ENTRY = { key: 1, value: 2 };

/** What kube-apiserver's JSON begins with: sorted keys for custom resources, TypeMeta's order for its own kinds. */
const SORTED_TYPE = /^\{"apiVersion":"([^"\\]+)","kind":"([^"\\]+)"/;
const OWN_TYPE = /^\{"kind":"([^"\\]+)","apiVersion":"([^"\\]+)"/;
const TYPE_LENGTH = 512;

/** The protobuf message behind the mark; undefined for a value in another encoding. Pure. */
export function envelopeOf(value: Uint8Array): Uint8Array | undefined {
  const isMarked = MAGIC.equals(value.subarray(0, MAGIC.length));
  return isMarked ? value.subarray(MAGIC.length) : undefined;
}

/** The value that holds a protobuf message; the reverse of {@link envelopeOf}. Pure. */
export function inEnvelope(message: Uint8Array): Uint8Array {
  return Buffer.concat([MAGIC, message]);
}

/** The object within the message of {@link envelopeOf}: its number in an edit of the message. */
export const RAW_FIELD: number = UNKNOWN.raw;

/**
 * The type of the object that a value holds, without any schema. Pure.
 *
 * Undefined for what is no object, and for objects that are encrypted at rest.
 */
export function storedTypeOf(value: Uint8Array): StoredType | undefined {
  const head = Buffer.from(value.buffer, value.byteOffset, Math.min(value.length, TYPE_LENGTH));
  const text = head[0] === BRACE ? head.toString("utf8") : "";
  const sorted = SORTED_TYPE.exec(text);
  if (sorted?.[1] !== undefined && sorted[2] !== undefined) {
    return { apiVersion: sorted[1], kind: sorted[2] };
  }
  const own = OWN_TYPE.exec(text);
  if (own?.[1] !== undefined && own[2] !== undefined) return { apiVersion: own[2], kind: own[1] };
  return attempt(() => {
    const envelope = envelopeOf(value);
    return envelope === undefined ? typeOfJson(parseJson(value)) : typeOfEnvelope(envelope);
  });
}

/** First bytes of a value that alone decide its type; 0 where more does. Pure. */
export function typeLengthOf(value: Uint8Array): number {
  const [tag, length = 0] = value.subarray(MAGIC.length, MAGIC.length + 2);
  const isShort = tag === TYPE_META_TAG && length < 0x80;
  return isShort && envelopeOf(value) !== undefined ? MAGIC.length + 2 + length : 0;
}

/** As {@link storedTypeOf}, with the metadata by which objects are chosen. Pure. */
export function storedObjectOf(value: Uint8Array): StoredObject | undefined {
  return attempt(() => {
    const envelope = envelopeOf(value);
    return envelope === undefined ? objectOfJson(parseJson(value)) : objectOfEnvelope(envelope);
  });
}

const BRACE = "{".charCodeAt(0);
const EMPTY = new Uint8Array();

/** Whatever is no message and no JSON is no object. */
function attempt<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function typeOfEnvelope(envelope: Uint8Array): StoredType | undefined {
  const meta = payloadOf(envelope, UNKNOWN.typeMeta) ?? EMPTY;
  const apiVersion = textOf(payloadOf(meta, TYPE_META.apiVersion));
  const kind = textOf(payloadOf(meta, TYPE_META.kind));
  return kind === "" ? undefined : { apiVersion, kind };
}

function objectOfEnvelope(envelope: Uint8Array): StoredObject | undefined {
  const type = typeOfEnvelope(envelope);
  if (type === undefined) return undefined;
  const raw = payloadOf(envelope, UNKNOWN.raw) ?? EMPTY;
  const metadata = payloadOf(raw, OBJECT.metadata) ?? EMPTY;
  const labels = new Map<string, string>();
  for (const { number, payload } of fieldsOf(metadata)) {
    if (number !== METADATA.labels || payload === undefined) continue;
    labels.set(
      textOf(payloadOf(payload, MAP_ENTRY.key)),
      textOf(payloadOf(payload, MAP_ENTRY.value)),
    );
  }
  const name = textOf(payloadOf(metadata, METADATA.name));
  const isTerminating = payloadOf(metadata, METADATA.deletionTimestamp) !== undefined;
  const namespace = textOf(payloadOf(metadata, METADATA.namespace));
  return { ...type, name, namespace, labels, isTerminating };
}

function typeOfJson(json: Record<string, unknown>): StoredType | undefined {
  const { apiVersion, kind } = json;
  return typeof apiVersion === "string" && typeof kind === "string"
    ? { apiVersion, kind }
    : undefined;
}

function objectOfJson(json: Record<string, unknown>): StoredObject | undefined {
  const type = typeOfJson(json);
  if (type === undefined) return undefined;
  const { name, namespace, labels, deletionTimestamp } = recordOf(json["metadata"]);
  const texts = Object.entries(recordOf(labels)).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return {
    ...type,
    name: typeof name === "string" ? name : "",
    namespace: typeof namespace === "string" ? namespace : "",
    labels: new Map(texts),
    isTerminating: typeof deletionTimestamp === "string",
  };
}

function parseJson(value: Uint8Array): Record<string, unknown> {
  return recordOf(JSON.parse(textOf(value)));
}

function recordOf(json: unknown): Record<string, unknown> {
  return typeof json === "object" && json !== null ? { ...json } : {};
}

function textOf(bytes: Uint8Array = EMPTY): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
}
