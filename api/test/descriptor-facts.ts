import {
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescService,
  ScalarType,
} from "@bufbuild/protobuf";
import type { ContractFacts } from "./contract-facts.ts";

type Fact = readonly [name: string, text: string];

/** The facts of descriptors, in the words of the tables: names of the same package stand alone. */
export function factsOfDescriptors(files: readonly DescFile[]): ContractFacts {
  return new Map([
    ...files.flatMap((file) => file.services.flatMap(serviceFacts)),
    ...files.flatMap((file) => file.enums.flatMap(enumFacts)),
    ...files.flatMap((file) => file.messages.flatMap(messageFacts)),
  ]);
}

function serviceFacts(service: DescService): readonly Fact[] {
  return service.methods.map((method) => [`${service.name}.${method.name}`, signature(method)]);
}

function signature({ input, output, methodKind }: DescMethod): string {
  const takes = methodKind === "client_streaming" || methodKind === "bidi_streaming";
  const gives = methodKind === "server_streaming" || methodKind === "bidi_streaming";
  return `${takes ? "stream " : ""}${input.name} -> ${gives ? "stream " : ""}${output.name}`;
}

function enumFacts({ name, values }: DescEnum): readonly Fact[] {
  return values.map((value) => [`${name}.${value.name}`, String(value.number)]);
}

function messageFacts({ name, fields }: DescMessage): readonly Fact[] {
  return fields.map((field) => [`${name}.${field.name}`, `${field.number} ${typeOf(field)}`]);
}

function typeOf(field: DescField): string {
  switch (field.fieldKind) {
    case "list":
      return `repeated ${valueType(field)}`;
    case "map":
      return `map<${scalarName(field.mapKey)}, ${valueType(field)}>`;
    case "scalar":
    case "enum":
    case "message":
      return valueType(field);
  }
}

function valueType(field: DescField): string {
  if (field.scalar !== undefined) return scalarName(field.scalar);
  const { typeName, file } = field.enum ?? field.message;
  const home = `${field.parent.file.proto.package}.`;
  return file.proto.package === field.parent.file.proto.package
    ? typeName.slice(home.length)
    : typeName;
}

function scalarName(type: ScalarType): string {
  return ScalarType[type].toLowerCase();
}
