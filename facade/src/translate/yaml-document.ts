import { Composer, type CST, type Document, type ErrorCode, Lexer, Parser } from "yaml";

/** Text that cannot be read; the message says what it must be. */
export class TextFault extends Error {}

/** Nesting that every reader of the text can follow. */
export const MAX_DEPTH = 64;
/**
 * Lexical parts of a text: three times those of the chart's own values file. A part takes some microseconds to read, and
 * nothing else is done meanwhile.
 */
const MAX_PARTS = 20_000;

/** What is said of a text that is nested deeper than {@link MAX_DEPTH}. */
export const TOO_DEEP = "must be nested at most 64 levels deep";

/**
 * Reads one YAML 1.1 document without looking at what its scalars mean, and ends at the first thing that is wrong with it.
 *
 * @throws TextFault; and whatever an overflow of the stack throws, for the parser recurses.
 */
export function readDocument(text: string): Document {
  const composer = new Composer({
    version: "1.1",
    schema: "failsafe",
    resolveKnownTags: false,
    // It would compare each key with each other.
    uniqueKeys: false,
    logLevel: "error",
  });
  let first: TextFault | undefined;
  // The composer would go on, and make an error of all that comes after the first one, also of what is thrown here.
  const onError: OnError = (place, code, message, isWarning) => {
    if (isWarning === true) return;
    first ??= faultOf(text, offsetOf(place), message, code);
    throw first;
  };
  Object.assign(composer, { onError });
  let document: Document | undefined;
  for (const next of composer.compose(tokensOf(text), true, text.length)) {
    if (document !== undefined)
      throw new TextFault("must be a single document, without a second ---");
    document = next;
  }
  if (document === undefined) throw new TextFault("must be a document");
  return document;
}

function* tokensOf(text: string): Generator<CST.Token> {
  const parser = new Parser();
  let parts = 0;
  for (const part of new Lexer().lex(text)) {
    parts += 1;
    if (parts > MAX_PARTS) {
      throw new TextFault(
        `must have at most ${String(MAX_PARTS)} parts (words, signs, line breaks); JSON without white space and with sorted keys has no such limit`,
      );
    }
    yield* refusingErrors(text, parser.next(part));
  }
  yield* refusingErrors(text, parser.end());
}

function* refusingErrors(text: string, tokens: Iterable<CST.Token>): Generator<CST.Token> {
  for (const token of tokens) {
    if (token.type === "error") throw faultOf(text, token.offset, token.message);
    yield token;
  }
}

/** Where something is wrong: an offset, the two ends of a part, or a token. */
type Place = number | readonly [number, number] | { readonly offset: number };

type OnError = (place: Place, code: ErrorCode, message: string, isWarning?: boolean) => void;

function offsetOf(place: Place): number {
  if (typeof place === "number") return place;
  return "offset" in place ? place.offset : place[0];
}

function faultOf(text: string, offset: number, message: string, code?: ErrorCode): TextFault {
  if (code === "RESOURCE_EXHAUSTION") return new TextFault(TOO_DEEP);
  const line = text.slice(0, offset).split("\n").length;
  return new TextFault(`must be YAML: line ${String(line)}: ${message.slice(0, 200)}`);
}
