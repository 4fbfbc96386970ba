import {
  createRegistry,
  type DescFile,
  type DescService,
  type Registry,
  toBinary,
} from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";

/** What a client asks; the same in both versions of the protocol. */
type Question =
  | {
      readonly case:
        | "fileByFilename"
        | "fileContainingSymbol"
        | "allExtensionNumbersOfType"
        | "listServices";
      readonly value: string;
    }
  | {
      readonly case: "fileContainingExtension";
      readonly value: { readonly containingType: string; readonly extensionNumber: number };
    }
  | { readonly case: undefined; readonly value?: undefined };

interface ReflectionRequest {
  readonly host: string;
  readonly messageRequest: Question;
}

type ReflectionAnswer =
  | { case: "fileDescriptorResponse"; value: { fileDescriptorProto: Uint8Array[] } }
  | { case: "listServicesResponse"; value: { service: { name: string }[] } }
  | {
      case: "allExtensionNumbersResponse";
      value: { baseTypeName: string; extensionNumber: number[] };
    }
  | { case: "errorResponse"; value: { errorCode: number; errorMessage: string } };

interface ReflectionResponse<R> {
  validHost: string;
  originalRequest: R;
  messageResponse: ReflectionAnswer;
}

/** The one method of the reflection protocol, for each of its versions. */
export interface Reflection {
  serverReflectionInfo<R extends ReflectionRequest>(
    requests: AsyncIterable<R>,
  ): AsyncGenerator<ReflectionResponse<R>>;
}

/** grpc.reflection: tells clients what the services are, so that they need no protos of their own. */
export function reflectionService(services: readonly DescService[]): Reflection {
  const files = withDependencies(services.map((service) => service.file));
  const registry = createRegistry(...files);
  const names = [...new Set(services.map((service) => service.typeName))].sort();
  const answer = (question: Question): ReflectionAnswer => {
    switch (question.case) {
      case "listServices":
        return {
          case: "listServicesResponse",
          value: { service: names.map((name) => ({ name })) },
        };
      case "fileByFilename":
        return fileAnswer(files.find((file) => file.proto.name === question.value));
      case "fileContainingSymbol":
        return fileAnswer(fileOf(registry, question.value));
      case "fileContainingExtension":
        return fileAnswer(extensionFile(registry, question.value));
      case "allExtensionNumbersOfType":
        return extensionNumbers(registry, question.value);
      case undefined:
        return error(Code.InvalidArgument, "The request asks nothing");
    }
  };
  return {
    async *serverReflectionInfo(requests) {
      for await (const request of requests) {
        yield {
          validHost: request.host,
          originalRequest: request,
          messageResponse: answer(request.messageRequest),
        };
      }
    },
  };
}

function withDependencies(files: readonly DescFile[]): readonly DescFile[] {
  const found = new Set<DescFile>();
  const add = (file: DescFile): void => {
    if (found.has(file)) return;
    file.dependencies.forEach(add);
    found.add(file);
  };
  files.forEach(add);
  return [...found];
}

function fileAnswer(file: DescFile | undefined): ReflectionAnswer {
  if (file === undefined) return error(Code.NotFound, "Nothing of this name is known");
  const fileDescriptorProto = withDependencies([file])
    .toReversed()
    .map((each) => toBinary(FileDescriptorProtoSchema, each.proto));
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
}

/** A type, a service, or a member of one. */
function fileOf(registry: Registry, symbol: string): DescFile | undefined {
  const found = registry.get(symbol) ?? registry.get(symbol.slice(0, symbol.lastIndexOf(".")));
  return found?.file;
}

function extensionFile(
  registry: Registry,
  { containingType, extensionNumber }: { containingType: string; extensionNumber: number },
): DescFile | undefined {
  const message = registry.getMessage(containingType);
  return message && registry.getExtensionFor(message, extensionNumber)?.file;
}

function extensionNumbers(registry: Registry, typeName: string): ReflectionAnswer {
  if (registry.getMessage(typeName) === undefined) {
    return error(Code.NotFound, "Nothing of this name is known");
  }
  const extensionNumber = [...registry]
    .filter((desc) => desc.kind === "extension")
    .filter((desc) => desc.extendee.typeName === typeName)
    .map((desc) => desc.number);
  return {
    case: "allExtensionNumbersResponse",
    value: { baseTypeName: typeName, extensionNumber },
  };
}

function error(errorCode: Code, errorMessage: string): ReflectionAnswer {
  return { case: "errorResponse", value: { errorCode, errorMessage } };
}
