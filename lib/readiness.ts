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
  /** Called once when the target accepts connections, which may be before it answers. */
  onListening?: () => void;
  /** Resolves when the gateway is gone that may still hold the port. */
  predecessorGone?: Promise<unknown> | undefined;
  /** In milliseconds. */
  patienceMs?: number;
}

/** Time between two questions, in milliseconds: a gateway boots in some 50. */
const INTERVAL_MS = 2;
/** The same, once patience has run out. */
const SLOW_INTERVAL_MS = 250;
/**
 * How long a first question may take, in milliseconds, and the longest that
 * one may: a connection that fell between two gateways is never answered, and
 * a busy machine is slow.
 */
const ANSWER_MS = 50;
const LONGEST_ANSWER_MS = 1_000;
/**
 * For how long an answer is doubted that comes before any program could have
 * booted, in milliseconds: it is another program's, and a gateway that finds
 * its port taken leaves within this time.
 */
const DOUBT_MS = 500;
/**
 * The same where it may be the answer of a gateway that was told to leave: it
 * closes its listener some 2 ms later (measured).
 */
const DOUBT_OF_PREDECESSOR_MS = 50;

/** What a question can show; `unclear` if it was lost, or there is no way to the target. */
type Sight = "nobody" | "unclear" | "listening" | "ready";

/**
 * Waits until the target answers. To be called right after the start of the
 * gateway, or when its predecessor was told to leave.
 *
 * Resolves, without a verdict, when the signal aborts too.
 */
export async function untilReady(
  target: Target,
  options: UntilReadyOptions,
): Promise<void> {
  const { signal, onSilence, onListening, predecessorGone } = options;
  const { patienceMs = 10_000 } = options;
  const doubtMs = predecessorGone ? DOUBT_OF_PREDECESSOR_MS : DOUBT_MS;
  const startedAt = performance.now();
  let intervalMs = INTERVAL_MS;
  let isListening = false;
  const listener = { ...target, healthPath: undefined };
  let answerMs = ANSWER_MS;
  const lookAt = async (it: Target) => {
    const startedAt = performance.now();
    const sight = await look(it, answerMs);
    if (performance.now() - startedAt >= answerMs) {
      answerMs = Math.min(2 * answerMs, LONGEST_ANSWER_MS);
    }
    return sight;
  };
  let isDoubtful = await lookAt(listener) !== "nobody";
  predecessorGone?.then(() => isDoubtful = false);
  while (!signal.aborted) {
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > doubtMs) isDoubtful = false;
    if (isDoubtful) {
      // Of a program that is doubted, only its end is of interest.
      if (await lookAt(listener) === "nobody") isDoubtful = false;
    } else {
      const sight = await lookAt(target);
      if (!isListening && (sight === "listening" || sight === "ready")) {
        isListening = true;
        onListening?.();
      }
      if (sight === "ready") return;
    }
    if (intervalMs === INTERVAL_MS && waitedMs > patienceMs) {
      intervalMs = SLOW_INTERVAL_MS;
      onSilence();
    }
    // The time between two gateways is short, and must not be missed.
    const isBetween = isDoubtful && predecessorGone !== undefined;
    await pause(isBetween ? 0 : intervalMs, signal);
  }
}

/** Looks who is there now. */
async function look(target: Target, answerMs: number): Promise<Sight> {
  const { hostname, port, healthPath } = target;
  const connecting = Deno.connect({ hostname, port });
  let sight: Sight = "unclear";
  try {
    using connection = await deadline(connecting, answerMs);
    sight = "listening";
    const isReady = healthPath === undefined ||
      await deadline(isHealthy(connection, target), answerMs);
    return isReady ? "ready" : sight;
  } catch (error) {
    // A connection that came too late must not stay open either.
    connecting.then((late) => late.close()).catch(() => {});
    return error instanceof Deno.errors.ConnectionRefused ? "nobody" : sight;
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
