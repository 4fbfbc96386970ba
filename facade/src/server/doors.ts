import { errorFields, type Logger } from "@open-vcluster/runtime";
import { answerCors } from "./cors.ts";
import { answerText, type Door, type DoorRequest, type DoorResponse } from "./door.ts";
import { setSecurityHeaders } from "./security-headers.ts";

/** Options of {@link serveDoors}. */
export interface DoorsOptions {
  /** Asked in order; the last one knows every request. */
  readonly doors: readonly Door[];
  /** Origins whose pages may read answers. */
  readonly corsOrigins: readonly string[];
  readonly isTls: boolean;
  readonly logger: Logger;
}

/** A listener for both HTTP versions that gives each request to the first door that knows it. */
export function serveDoors(
  options: DoorsOptions,
): (request: DoorRequest, response: DoorResponse) => void {
  const origins = new Set(options.corsOrigins);
  return (request, response) => {
    try {
      setSecurityHeaders(response, options.isTls);
      if (answerCors(request, response, origins)) return;
      options.doors.some((door) => door(request, response));
    } catch (error) {
      options.logger.error(errorFields(error), "A request could not be served");
      if (!response.headersSent) answerText(response, 500, "Internal error\n");
      else response.socket?.destroy();
    }
  };
}
