import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

/** Comments of the protos by full name: `vcluster.api.v1.VCluster.id`; of a package by its own name. */
export type Comments = ReadonlyMap<string, string>;

// Numbers of the lists that hold them, from descriptor.proto.
const PACKAGE = 2;
const MESSAGES = 4;
const ENUMS = 5;
const SERVICES = 6;
const MEMBERS = 2;

interface Named {
  readonly name: string;
}
type Place = readonly [path: readonly number[], name: string];

/** Reads the comments, which generated code does not have, with buf; needs no network. */
export function protoComments(): Comments {
  const buf = fileURLToPath(new URL("../../node_modules/.bin/buf", import.meta.url));
  const image = execFileSync(buf, ["build", "--output", "-#format=binpb"], {
    cwd: new URL("..", import.meta.url),
    maxBuffer: 2 ** 25,
  });
  const { file: files } = fromBinary(FileDescriptorSetSchema, image);
  return new Map(files.flatMap(commentsOf));
}

function commentsOf(file: FileDescriptorProto): readonly (readonly [string, string])[] {
  const texts = new Map(
    file.sourceCodeInfo?.location.map(({ path, leadingComments }) => [
      path.join(),
      leadingComments,
    ]),
  );
  return placesIn(file).flatMap(([path, name]) => {
    const text = texts.get(path.join()) ?? "";
    return text === "" ? [] : [[name, lines(text)] as const];
  });
}

function placesIn(file: FileDescriptorProto): readonly Place[] {
  const at = (
    list: number,
    owners: readonly Named[],
    members: (index: number) => readonly Named[],
  ) =>
    owners.flatMap((owner, index): readonly Place[] => {
      const name = `${file.package}.${owner.name}`;
      const inside = members(index).map(
        (member, place): Place => [[list, index, MEMBERS, place], `${name}.${member.name}`],
      );
      return [[[list, index], name], ...inside];
    });
  return [
    [[PACKAGE], file.package],
    ...at(MESSAGES, file.messageType, (index) => file.messageType[index]?.field ?? []),
    ...at(ENUMS, file.enumType, (index) => file.enumType[index]?.value ?? []),
    ...at(SERVICES, file.service, (index) => file.service[index]?.method ?? []),
  ];
}

function lines(comment: string): string {
  return comment
    .split("\n")
    .map((line) => line.trim())
    .join("\n")
    .trim();
}
