import { fromBinary, fromJson, type JsonObject, toBinary, toJson } from "@bufbuild/protobuf";
import { Client, credentials, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { contractService } from "./contract.ts";
import { type Access, type ForeignClient, ForeignError } from "./foreign-client.ts";

/** grpc-js with the messages of the published contract. */
export function openGrpcJs({ port, token }: Access): ForeignClient {
  const client = new Client(`127.0.0.1:${String(port)}`, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  const service = contractService();
  return {
    call: (name, request, count = 1) => {
      const method = service.methods.find((one) => one.name === name);
      if (method === undefined) throw new Error(`The contract has no ${name}`);
      // The client counts a unary call as a stream of one answer.
      const stream = client.makeServerStreamRequest(
        `/${service.typeName}/${name}`,
        (json: JsonObject) => Buffer.from(toBinary(method.input, fromJson(method.input, json))),
        (bytes) => toJson(method.output, fromBinary(method.output, bytes)) as JsonObject,
        request,
        metadata,
      );
      return new Promise((resolve, reject) => {
        const answers: JsonObject[] = [];
        stream.on("data", (answer: JsonObject) => {
          answers.push(answer);
          if (answers.length < count) return;
          resolve(answers);
          stream.cancel();
        });
        stream.on("end", () => {
          resolve(answers);
        });
        stream.on("error", (error: ServiceError) => {
          reject(new ForeignError(status[error.code], error.details));
        });
      });
    },
    close: () => {
      client.close();
      return Promise.resolve();
    },
  };
}
