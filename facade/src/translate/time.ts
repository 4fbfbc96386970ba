import { type Timestamp, timestampFromMs } from "@bufbuild/protobuf/wkt";

/** A time of a Kubernetes object as the contract writes it; undefined if there is none. */
export function timeOf(text: string | undefined): Timestamp | undefined {
  const milliseconds = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : timestampFromMs(milliseconds);
}
