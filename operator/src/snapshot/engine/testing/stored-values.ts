import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** An object of a built-in kind, of which only these parts are written. */
export interface BuiltIn {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Fields of the object after its metadata, by number. */
  readonly fields?: Readonly<Record<number, Uint8Array | string>>;
}

/** A message of fields that hold bytes, strings or messages, in the order of their numbers. */
export function message(fields: Readonly<Record<number, Uint8Array | string>>): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, value] of Object.entries(fields)) {
    writer.tag(Number(number), WireType.LengthDelimited).bytes(Buffer.from(value));
  }
  return writer.finish();
}

/** The value that kube-apiserver stores for an object of a built-in kind. */
export function builtIn(object: BuiltIn): Uint8Array {
  const { apiVersion = "v1", kind, name, namespace = "", labels = {}, fields = {} } = object;
  const { annotations = {} } = object;
  const metadata = Buffer.concat([
    message({ 1: name, 3: namespace }),
    ...Object.entries(labels).map(([key, value]) => message({ 11: message({ 1: key, 2: value }) })),
    ...Object.entries(annotations).map(([key, value]) =>
      message({ 12: message({ 1: key, 2: value }) }),
    ),
  ]);
  const raw = message({ 1: metadata, ...fields });
  return Buffer.concat([
    Buffer.from("k8s\0"),
    message({ 1: message({ 1: apiVersion, 2: kind }), 2: raw, 3: "", 4: "" }),
  ]);
}

/** A pod that runs on a node. */
export function runningPod(namespace: string, name: string): Uint8Array {
  const spec = message({ 2: "container", 10: "node-1", 19: "scheduler" });
  return builtIn({
    kind: "Pod",
    namespace,
    name,
    fields: { 2: spec, 3: message({ 1: "Running" }) },
  });
}
