import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** A field of a protobuf message whose schema is not at hand. */
export interface WireField {
  readonly number: number;
  /** The whole field, its tag included. */
  readonly bytes: Uint8Array;
  /** What a string, bytes or a message holds; absent for numbers. */
  readonly payload?: Uint8Array;
}

/** What becomes of a field's payload; undefined drops the field. */
export type WireEdit = (payload: Uint8Array) => Uint8Array | undefined;

/**
 * The fields of a message in their order, as views of its bytes. Pure.
 *
 * Throws while it is read if these are not the bytes of a message.
 */
export function* fieldsOf(message: Uint8Array): Generator<WireField> {
  const reader = new BinaryReader(message);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [number, type] = reader.tag();
    if (type === WireType.LengthDelimited) {
      const payload = reader.bytes();
      yield { number, bytes: message.subarray(start, reader.pos), payload };
    } else {
      reader.skip(type, number);
      yield { number, bytes: message.subarray(start, reader.pos) };
    }
  }
}

/** The payload of the last field of that number; protobuf lets the last one win. Pure. */
export function payloadOf(message: Uint8Array, number: number): Uint8Array | undefined {
  let found: Uint8Array | undefined;
  for (const field of fieldsOf(message)) {
    if (field.number === number && field.payload !== undefined) found = field.payload;
  }
  return found;
}

/** The message with some of its fields edited; all others keep their bytes and their places. Pure. */
export function editFields(
  message: Uint8Array,
  edits: Readonly<Record<number, WireEdit>>,
): Uint8Array {
  const writer = new BinaryWriter();
  for (const { number, bytes, payload } of fieldsOf(message)) {
    const edit = payload === undefined ? undefined : edits[number];
    if (edit === undefined || payload === undefined) {
      writer.raw(bytes);
      continue;
    }
    const edited = edit(payload);
    if (edited !== undefined) writer.tag(number, WireType.LengthDelimited).bytes(edited);
  }
  return writer.finish();
}
