import { type Checkout } from "./checkout.ts";
import { FACADE_SERVICE } from "./facade-access.ts";
import { PRODUCT_NAMESPACE } from "./product.ts";
import { logOf, type Program } from "./program-process.ts";

const WORKS = "Forwarding from 127.0.0.1:";

/** Opens the API on this machine, for a cluster whose Services it does not reach. Pure. */
export function forwardProgram(kubectl: string, checkout: Checkout): Program {
  return {
    name: "forward",
    argv: [
      kubectl,
      ...["port-forward", `service/${FACADE_SERVICE}`, ":api"],
      ...["--namespace", PRODUCT_NAMESPACE, "--address", "127.0.0.1"],
    ],
    settings: { KUBECONFIG: checkout.kubeconfig },
    worksLine: WORKS,
    late: "The API is not reachable yet: look at .local/forward.log",
  };
}

/** URL of the API on this machine. */
export function forwardUrl(checkout: Checkout): string {
  const lines = logOf(checkout, "forward").split("\n");
  const line = lines.findLast((each) => each.startsWith(WORKS)) ?? "";
  return `https://127.0.0.1:${/:(\d+) ->/.exec(line)?.[1] ?? ""}`;
}
