import { describe } from "@jest/globals";
import { describeStore } from "./contract.ts";
import { createMemoryStore } from "./memory-store.ts";

describe("a store in memory", () => {
  describeStore(() =>
    Promise.resolve({ store: createMemoryStore(), close: () => Promise.resolve() }),
  );
});
