/**
 * The fourth stage: notices when a gateway that was started serves.
 *
 * @module
 */

import { deadline, delay } from "@std/async";

/** Where to ask. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
  /** Asked for by HTTP; undefined if a connection is answer enough. */
  readonly healthPath: string | undefined;
}

/** Options for {@linkcode untilReady}. */
export interface UntilReadyOptions {
  /** Ends the waiting. */
  signal: AbortSignal;
  /** Called once if the target keeps silent for longer than `patienceMs`. */
  onSilence: () => void;
  /** In milliseconds. */
  patienceMs?: number;
}

/** Time between two questions, in milliseconds: a gateway boots in some 50. */
const INTERVAL_MS = 2;
/** The same, once patience has run out. */
const SLOW_INTERVAL_MS = 250;
/** How long one question may take, in milliseconds. */
const ANSWER_MS = 1_000;
/**
 * For how long an answer is doubted that comes before any program could have
 * booted, in milliseconds: it is another program's, and a gateway that finds
 * its port taken leaves within this time.
 */
const DOUBT_MS = 500;

/**
 * Waits until the target answers. To be called right after the start of the gateway.
 *
 * Resolves, without a verdict, when the signal aborts too.
 */
export async function untilReady(
  target: Target,
  options: UntilReadyOptions,
): Promise<void> {
  const { signal, onSilence, patienceMs = 10_000 } = options;
  const startedAt = performance.now();
  let intervalMs = INTERVAL_MS;
  let isDoubtful = await answers({ ...target, healthPath: undefined });
  while (!signal.aborted) {
    const waitedMs = performance.now() - startedAt;
    if (!isDoubtful || waitedMs > DOUBT_MS) {
      if (await answers(target)) return;
    } else if (!await answers({ ...target, healthPath: undefined })) {
      // The other program has left, so the next answer is the gateway's.
      isDoubtful = false;
    }
    if (intervalMs === INTERVAL_MS && waitedMs > patienceMs) {
      intervalMs = SLOW_INTERVAL_MS;
      onSilence();
    }
    await pause(intervalMs, signal);
  }
}

/** Whether the target answers now. */
async function answers(target: Target): Promise<boolean> {
  const { hostname, port, healthPath } = target;
  const connecting = Deno.connect({ hostname, port });
  try {
    using connection = await deadline(connecting, ANSWER_MS);
    if (healthPath === undefined) return true;
    return await deadline(isHealthy(connection, target), ANSWER_MS);
  } catch {
    // A connection that came too late must not stay open either.
    connecting.then((late) => late.close()).catch(() => {});
    return false;
  }
}

/**
 * Asks by HTTP. On a connection of its own, since fetch() goes through the
 * user's proxy and keeps connections that a gateway has to wait for.
 */
async function isHealthy(
  connection: Deno.TcpConn,
  { hostname, port, healthPath }: Target,
): Promise<boolean> {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const request = `GET ${healthPath} HTTP/1.1\r\nHost: ${host}:${port}\r\n` +
    "User-Agent: krakend-watch\r\nConnection: close\r\n\r\n";
  const writer = connection.writable.getWriter();
  await writer.write(new TextEncoder().encode(request));
  writer.releaseLock();
  const answer = new Uint8Array(64);
  const length = await connection.read(answer) ?? 0;
  const head = new TextDecoder().decode(answer.subarray(0, length));
  // A path that the gateway does not know is an answer of the gateway, too.
  return /^HTTP\/1\.[01] [234]\d\d/.test(head);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, { signal }).catch(() => {});
}
