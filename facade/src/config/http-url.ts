import { textVariable, type Variable, type VariableSpec } from "@open-vcluster/runtime";
import { isLoopback } from "../server/loopback.ts";

/** An `https` URL, or `http` on this machine. */
export function httpUrlVariable(spec: VariableSpec): Variable<string> {
  return {
    ...textVariable(spec),
    allowed: "an https URL without query and fragment; http only on a loopback address",
    parse: (text) => {
      const url = URL.parse(text);
      if (url?.search !== "" || url.hash !== "") return undefined;
      const isFine =
        url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
      return isFine ? text : undefined;
    },
  };
}
