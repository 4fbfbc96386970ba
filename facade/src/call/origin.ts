import { AsyncLocalStorage } from "node:async_hooks";
import type { PeerCertificate, TLSSocket } from "node:tls";
import { Failure } from "@open-vcluster/runtime";
import type { DoorRequest } from "../server/door.ts";

/** What the network says of a request, apart from what its header says. */
export interface Origin {
  /** Address of the peer, without its port; IPv4 in its own form. */
  readonly address: string;
  /** Host and port that the client believes to speak to; empty if it did not say. */
  readonly authority: string;
  readonly isTls: boolean;
  /** Absent: the peer presented none. */
  readonly certificate?: PresentedCertificate;
}

/** A client certificate as TLS saw it. */
export interface PresentedCertificate {
  /** Whether the configured authorities vouch for it, and it is valid now. */
  readonly isVerified: boolean;
  readonly subject: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** SHA-256 of the whole certificate, hexadecimal with colons. */
  readonly fingerprint: string;
}

/**
 * Carries the origin of a request to whatever serves it, whichever door it came through: calls of the REST door pass
 * through an in-memory transport that keeps headers only, and headers can be forged.
 */
export interface Origins {
  run(request: DoorRequest, serve: () => boolean): boolean;
  /** Throws `bug` outside {@link Origins.run}. */
  current(): Origin;
}

/** Creates the carrier; one for each server. */
export function createOrigins(): Origins {
  const store = new AsyncLocalStorage<Origin>();
  return {
    run: (request, serve) => store.run(originOf(request), serve),
    current: () => {
      const origin = store.getStore();
      if (origin === undefined) throw new Failure("bug", "OriginMissing", "No request is served");
      return origin;
    },
  };
}

function originOf(request: DoorRequest): Origin {
  const { socket } = request;
  const address = (socket.remoteAddress ?? "unknown").replace(/^::ffff:(?=\d+\.)/, "");
  const authority = ("authority" in request ? request.authority : request.headers.host) ?? "";
  const certificate = presented(socket as Partial<TLSSocket>);
  const isTls = "encrypted" in socket;
  return { address, authority, isTls, ...(certificate === undefined ? {} : { certificate }) };
}

function presented(socket: Partial<TLSSocket>): PresentedCertificate | undefined {
  const peer: Partial<PeerCertificate> | null | undefined = socket.getPeerCertificate?.();
  if (peer?.subject === undefined || peer.fingerprint256 === undefined) return undefined;
  return {
    isVerified: socket.authorized === true,
    subject: { ...peer.subject },
    fingerprint: peer.fingerprint256,
  };
}
