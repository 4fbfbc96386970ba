import { readFileSync } from "node:fs";
import {
  createFileRegistry,
  createRegistry,
  type DescFile,
  type DescMessage,
  fromBinary,
} from "@bufbuild/protobuf";
import { type FileDescriptorSet, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, it } from "@jest/globals";
import { CONTRACT_FILES } from "../src/index.ts";
import { type ContractFacts, factsOfTables } from "./contract-facts.ts";
import { factsOfDescriptors } from "./descriptor-facts.ts";

const FIRST_ADDITION = 100;
const contract = factsOfTables(readFileSync(new URL("wire-contract.md", import.meta.url), "utf8"));
const ours = factsOfDescriptors(CONTRACT_FILES);

describe("the published contract", () => {
  it("is read whole from its tables", () => {
    expect(count(contract, /Service\./)).toBe(15);
    expect(count(contract, /\.[A-Z_]+$/)).toBe(22);
    expect(contract.get("VCluster.labels")).toBe("6 map<string, string>");
    expect(contract.get("VClusterService.WatchVCluster")).toBe(
      "WatchVClusterRequest -> stream WatchVClusterResponse",
    );
  });

  it.each([...contract])("keeps %s as %s", (name, fact) => {
    expect(ours.get(name)).toBe(fact);
  });

  it("is added to from number 100 alone", () => {
    const published = new Set([...contract.keys()].map(owner));
    const additions = [...ours].filter(
      ([name]) => published.has(owner(name)) && !contract.has(name) && !name.includes("Service."),
    );
    expect(additions.length).toBeGreaterThan(0);
    expect(additions.filter(([, fact]) => Number.parseInt(fact, 10) < FIRST_ADDITION)).toEqual([]);
  });

  it("is what `buf breaking` compares with", () => {
    const baseline = createFileRegistry(baselineSet());
    const files = [...baseline.files].filter(isOurs);
    expect([...factsOfDescriptors(files)].toSorted()).toEqual([...contract].toSorted());
  });

  it("is found changed when a type, a number or a direction changes", () => {
    const changed = baselineSet();
    const file = changed.file.find(({ name }) => name.endsWith("/vcluster_service.proto"));
    const watch = file?.service[0]?.method.find(({ name }) => name === "WatchVCluster");
    const create = file?.messageType.find(({ name }) => name === "CreateVClusterRequest");
    if (watch === undefined || create?.field[0] === undefined) throw new Error("not found");
    watch.serverStreaming = false;
    create.field[0].number = 9;
    const facts = factsOfDescriptors([...createFileRegistry(changed).files].filter(isOurs));
    expect([...contract].filter(([name, fact]) => facts.get(name) !== fact)).toEqual([
      ["VClusterService.WatchVCluster", "WatchVClusterRequest -> stream WatchVClusterResponse"],
      ["CreateVClusterRequest.name", "1 string"],
    ]);
  });
});

describe("every write", () => {
  const writes =
    /^(Create|Update|Delete|Scale|Suspend|Resume|Snapshot|Restore|Cancel|Plan|Hold|Verify)\w+Request$/;
  const requests = [...createRegistry(...CONTRACT_FILES)].filter(
    (desc): desc is DescMessage => desc.kind === "message" && writes.test(desc.name),
  );

  it.each(requests.map((desc) => [desc.name, desc] as const))("%s has a request id", (_, desc) => {
    expect(desc.fields.map(({ name }) => name)).toContain("request_id");
  });
});

function baselineSet(): FileDescriptorSet {
  return fromBinary(
    FileDescriptorSetSchema,
    readFileSync(new URL("contract.binpb", import.meta.url)),
  );
}

function isOurs(file: DescFile): boolean {
  return file.proto.package === "vcluster.api.v1";
}

function owner(name: string): string {
  return name.split(".", 1)[0] ?? "";
}

function count(facts: ContractFacts, pattern: RegExp): number {
  return [...facts.keys()].filter((name) => pattern.test(name)).length;
}
