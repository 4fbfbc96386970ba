import { openApiDocument } from "./openapi.ts";
import { protoComments } from "./proto-comments.ts";

/** Where the OpenAPI document is. */
export const OPENAPI_FILE: URL = new URL("../openapi.json", import.meta.url);

/** Text of the OpenAPI document as it must be. */
export function openApiText(): string {
  return `${JSON.stringify(openApiDocument(protoComments()), undefined, 2)}\n`;
}
