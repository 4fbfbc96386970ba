import { request } from "node:https";

/** How to call a TLS endpoint of the testbed. */
export interface ProbeTarget {
  readonly url: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Status and body of a GET, or undefined when nothing answered in time. */
export function probe(
  target: ProbeTarget,
  options: { readonly method?: string; readonly body?: string; readonly contentType?: string } = {},
): Promise<{ readonly status: number; readonly text: string } | undefined> {
  return new Promise((resolve) => {
    const call = request(
      target.url,
      {
        ca: target.ca,
        cert: target.cert,
        key: target.key,
        method: options.method ?? "GET",
        agent: false,
        timeout: 5_000,
        headers: { "Content-Type": options.contentType ?? "application/json" },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => {
          resolve({ status: response.statusCode ?? 0, text });
        });
        response.on("error", () => {
          resolve(undefined);
        });
      },
    );
    call.on("timeout", () => call.destroy());
    call.on("error", () => {
      resolve(undefined);
    });
    call.end(options.body);
  });
}
