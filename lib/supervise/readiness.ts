/**
 * Readiness of a gateway whose sockets are not the keeper's.
 *
 * KrakenD registers its endpoints before it listens (lura), so to listen is to
 * serve. A listener counts only if it is the gateway's own: its predecessor, or
 * another program, may have the port.
 *
 * @module
 */

import { deadline } from "@std/async";
import { ifPossible } from "../errors.ts";
import { pause } from "../timer.ts";
import { membersOf } from "./process.ts";

/** Where a gateway serves, as seen from its own machine. */
export interface Endpoint {
  readonly hostname: string;
  /** Undefined if only the gateway knows it. */
  readonly port: number | undefined;
}

/** Time between two probes, in milliseconds, at first and later. */
const PROBE_MS = 3;
const LONGEST_PROBE_MS = 50;
/** A probe by connecting has so long to be answered, in milliseconds: a listener that closes never answers. */
const CONNECT_MS = 200;
/** Where the owner of a listener cannot be known, a process that has lived for so long owns it, in milliseconds. */
const SETTLED_MS = 250;

/** The kernel's state of a listening socket. */
const LISTEN = "0A";

/**
 * Resolves when a process, or one that it has started, listens on the endpoint,
 * or when the signal aborts.
 *
 * @param predecessorsGone Resolves when no other instance of ours can have the port any more.
 */
export async function listening(
  leader: number,
  endpoint: Endpoint,
  signal: AbortSignal,
  predecessorsGone: Promise<unknown>,
): Promise<void> {
  let isAlone = false;
  predecessorsGone.then(() => pause(SETTLED_MS)).then(() => isAlone = true);
  for (
    let ms = PROBE_MS;
    !signal.aborted;
    ms = Math.min(ms * 1.1, LONGEST_PROBE_MS)
  ) {
    const isOwner = ownsListener(leader, endpoint.port);
    if (isOwner ?? (isAlone && await canConnect(endpoint))) return;
    await pause(ms);
  }
}

/** Whether any process listens on the endpoint. */
export async function isTaken(endpoint: Endpoint): Promise<boolean> {
  if (endpoint.port === undefined) return false;
  const sockets = socketsOn(endpoint.port);
  return sockets ? sockets.length > 0 : await canConnect(endpoint);
}

/** Whether a process or one of its group listens on a port; undefined if that cannot be known. */
function ownsListener(
  leader: number,
  port: number | undefined,
): boolean | undefined {
  const sockets = socketsOn(port);
  if (!sockets) return undefined;
  if (sockets.length === 0) return false;
  const isLeader = owns(leader, sockets);
  if (isLeader) return true;
  const others = membersOf(leader).map((pid) => owns(pid, sockets));
  if (others.includes(true)) return true;
  return [isLeader, ...others].includes(undefined) ? undefined : false;
}

/** Returns the names of the sockets that listen on a port, without one of all; undefined if they cannot be known. */
function socketsOn(port: number | undefined): string[] | undefined {
  const suffix = port === undefined
    ? ""
    : `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const v4 = listenersIn("/proc/net/tcp");
  return v4 && [...v4, ...listenersIn("/proc/net/tcp6") ?? []]
    .filter((field) => field[1]?.endsWith(suffix))
    .map((field) => `socket:[${field[9]}]`);
}

/** Returns undefined for a process whose rights keep us from its descriptors. */
function owns(pid: number, sockets: readonly string[]): boolean | undefined {
  const folder = `/proc/${pid}/fd`;
  try {
    return [...Deno.readDirSync(folder)].some(({ name }) =>
      sockets.includes(
        ifPossible(() => Deno.readLinkSync(`${folder}/${name}`)) ?? "",
      )
    );
  } catch (error) {
    return error instanceof Deno.errors.PermissionDenied ? undefined : false;
  }
}

/** Returns the fields of each listener. The kernel lists them first; what follows can be megabytes on a busy machine. */
function listenersIn(path: string): string[][] | undefined {
  try {
    using file = Deno.openSync(path);
    const buffer = new Uint8Array(16 * 1024);
    const decoder = new TextDecoder();
    let text = "";
    let lines: string[][] = [];
    for (let size = file.readSync(buffer); size; size = file.readSync(buffer)) {
      text += decoder.decode(buffer.subarray(0, size));
      lines = text.split("\n").slice(1, -1)
        .map((line) => line.trim().split(/\s+/));
      if (!lines.every(isListener)) break;
    }
    return lines.filter(isListener);
  } catch {
    return undefined;
  }
}

function isListener(field: readonly string[]): boolean {
  return field[3] === LISTEN;
}

async function canConnect({ hostname, port }: Endpoint): Promise<boolean> {
  if (port === undefined) return false;
  const connecting = Deno.connect({ hostname, port });
  try {
    (await deadline(connecting, CONNECT_MS)).close();
    return true;
  } catch {
    // One that comes too late must not stay open.
    connecting.then((late) => late.close(), () => {});
    return false;
  }
}
