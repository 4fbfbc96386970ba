import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { type CertsContent, decideIdentity, type IdentitySeen } from "./escrow.ts";

const NOT_READ: CertsContent = { kind: "notRead" };
const UNUSABLE: CertsContent = { kind: "unusable" };
const usable = (identity: string): CertsContent => ({ kind: "usable", identity });
const certs = (content: CertsContent, resourceVersion = "7") => ({ resourceVersion, content });
const escrow = (identity: string, sourceVersion?: string) => ({ identity, sourceVersion });

describe("decideIdentity", () => {
  it.each<[string, IdentitySeen, string]>([
    ["a new instance", { certs: undefined, escrow: undefined, dataExists: false }, "createEscrow"],
    [
      "all lost but the data",
      { certs: undefined, escrow: undefined, dataExists: true },
      "refuse PKILost",
    ],
    [
      "a fresh escrow",
      { certs: undefined, escrow: escrow("A"), dataExists: false },
      "writeCerts missing",
    ],
    [
      "a deleted Secret",
      { certs: undefined, escrow: escrow("A", "7"), dataExists: true },
      "writeCerts missing",
    ],
    [
      "steady state",
      { certs: certs(NOT_READ), escrow: escrow("A", "7"), dataExists: true },
      "none",
    ],
    [
      "a changed Secret",
      { certs: certs(NOT_READ, "8"), escrow: escrow("A", "7"), dataExists: true },
      "readCerts",
    ],
    [
      "renewed leaves",
      { certs: certs(usable("A"), "8"), escrow: escrow("A", "7"), dataExists: true },
      "followCerts changed",
    ],
    [
      "a foreign authority",
      { certs: certs(usable("B"), "8"), escrow: escrow("A", "7"), dataExists: true },
      "writeCerts foreign",
    ],
    [
      "a foreign authority before data",
      { certs: certs(usable("B")), escrow: escrow("A"), dataExists: false },
      "writeCerts foreign",
    ],
    [
      "a damaged Secret",
      { certs: certs(UNUSABLE, "8"), escrow: escrow("A", "7"), dataExists: true },
      "writeCerts unusable",
    ],
    [
      "no escrow, unknown Secret",
      { certs: certs(NOT_READ), escrow: undefined, dataExists: true },
      "readCerts",
    ],
    [
      "no escrow, good Secret",
      { certs: certs(usable("A")), escrow: undefined, dataExists: true },
      "followCerts noCopy",
    ],
    [
      "no escrow, damaged Secret",
      { certs: certs(UNUSABLE), escrow: undefined, dataExists: true },
      "refuse PKILost",
    ],
    [
      "nothing worth keeping",
      { certs: certs(UNUSABLE), escrow: undefined, dataExists: false },
      "createEscrow",
    ],
  ])("%s", (_, seen, expected) => {
    const decision = decideIdentity(seen);
    const detail =
      "cause" in decision ? decision.cause : "reason" in decision ? decision.reason : "";
    expect(`${decision.kind} ${detail}`.trim()).toBe(expected);
  });

  it("settles from every state without ever losing the identity of data", () => {
    fc.assert(
      fc.property(arbitraryWorld, (start) => {
        const before = start.escrow ?? start.certs;
        const end = settle({ ...start });
        if (end.refused) {
          expect(start.dataExists).toBe(true);
          expect(start.escrow).toBeUndefined();
          return;
        }
        expect(end.certs).toBe(end.escrow);
        if (start.dataExists) expect(end.certs).toBe(before);
      }),
    );
  });
});

/** A toy world: identities by letter, `!` for a damaged Secret. */
interface World {
  certs: string | undefined;
  escrow: string | undefined;
  dataExists: boolean;
  version: number;
  source: number | undefined;
  read: boolean;
  refused: boolean;
}

const arbitraryWorld: fc.Arbitrary<World> = fc.record({
  certs: fc.constantFrom(undefined, "A", "B", "!"),
  escrow: fc.constantFrom(undefined, "A"),
  dataExists: fc.boolean(),
  version: fc.constant(5),
  // A source version that equals the Secret's means that both were compared, so it goes with equal contents only.
  source: fc.constantFrom(undefined, 4),
  read: fc.constant(false),
  refused: fc.constant(false),
});

function settle(world: World): World {
  for (let pass = 0; pass < 8; pass += 1) {
    const decision = decideIdentity(look(world));
    switch (decision.kind) {
      case "none":
        return world;
      case "refuse":
        world.refused = true;
        return world;
      case "createEscrow":
        world.escrow = "NEW";
        break;
      case "readCerts":
        world.read = true;
        break;
      case "writeCerts":
        world.certs = world.escrow;
        world.version += 1;
        world.read = false;
        break;
      case "followCerts":
        world.escrow = world.certs;
        world.source = world.version;
        break;
    }
  }
  throw new Error("does not settle");
}

function look({
  certs: held,
  escrow: kept,
  dataExists,
  version,
  source,
  read,
}: World): IdentitySeen {
  const content = !read ? NOT_READ : held === "!" ? UNUSABLE : usable(held ?? "");
  return {
    certs: held === undefined ? undefined : certs(content, String(version)),
    escrow:
      kept === undefined
        ? undefined
        : escrow(kept, source === undefined ? undefined : String(source)),
    dataExists,
  };
}
