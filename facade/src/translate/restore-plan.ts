import { create } from "@bufbuild/protobuf";
import { type RestorePlan, RestorePlanKindSchema, RestorePlanSchema } from "@open-vcluster/api";
import type { VClusterRestore } from "@open-vcluster/crds";

/** What a restore changes, as the contract shows it; undefined while that is not known. Pure. */
export function toRestorePlan({ status }: VClusterRestore): RestorePlan | undefined {
  const { plan } = status ?? {};
  if (plan === undefined) return undefined;
  const { puts, deletes, unchanged, kinds = [], sample = [] } = plan;
  return create(RestorePlanSchema, {
    puts: BigInt(puts),
    deletes: BigInt(deletes),
    unchanged: BigInt(unchanged),
    kinds: kinds.map((of) =>
      create(RestorePlanKindSchema, {
        kind: of.kind,
        puts: BigInt(of.puts),
        deletes: BigInt(of.deletes),
      }),
    ),
    sample: [...sample],
  });
}
