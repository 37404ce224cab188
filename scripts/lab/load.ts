/**
 * Clients that load a gateway while it is reloaded, and what becomes of their
 * requests. They speak HTTP/1.1 on plain connections, so that nothing is
 * repeated unseen.
 *
 * @module
 */

import { delay } from "@std/async";

/** How a request failed. */
export interface Failure {
  /**
   * - `refused`: there was no connection,
   * - `dropped`: there was one, and no byte of an answer,
   * - `cut`: the answer ended too early,
   * - `answered`: with another status than 200.
   */
  readonly kind: "refused" | "dropped" | "cut" | "answered";
  /** Why, and after which time. */
  readonly detail: string;
}

/** How a connection failed: one that is reset at once was in a queue already. */
function kindOf(error: unknown): Failure["kind"] {
  return error instanceof Deno.errors.ConnectionReset ? "dropped" : "refused";
}

/** The requests of one kind of client. */
export interface Tally {
  sent: number;
  /** Requests that were sent again, since a connection that was idle had been closed. */
  repeated: number;
  readonly failures: Failure[];
}

/** Sends one request, and waits for the answer. */
export type Send = () => Promise<Failure | undefined>;

/** A kind of client. */
export interface Client {
  readonly name: string;
  /** Number of them at the same time. */
  readonly count: number;
  /** Makes one of them. */
  readonly create: (tally: Tally) => Send;
}

/** Where clients connect to. */
export interface Target {
  readonly port: number;
  /** Certificates to trust, in PEM; with them, connections are TLS. */
  readonly caCerts?: string[];
}

/** A client that is refused does not try again at once, in milliseconds. */
const AFTER_FAILURE_MS = 10;

/** Runs clients until the signal aborts, and then until the last one is answered. */
export async function load(
  clients: readonly Client[],
  signal: AbortSignal,
): Promise<Map<string, Tally>> {
  const tallies = new Map<string, Tally>();
  await Promise.all(clients.flatMap(({ name, count, create }) => {
    const tally: Tally = { sent: 0, repeated: 0, failures: [] };
    tallies.set(name, tally);
    return Array.from({ length: count }, async () => {
      const send = create(tally);
      while (!signal.aborted) {
        tally.sent++;
        const failure = await send();
        if (!failure) continue;
        tally.failures.push(failure);
        await delay(AFTER_FAILURE_MS);
      }
    });
  }));
  return tallies;
}

/** Returns the tallies as a line each. */
export function tallyText(tallies: ReadonlyMap<string, Tally>): string {
  return [...tallies].map(([name, { sent, repeated, failures }]) => {
    const again = repeated > 0 ? `, ${repeated} sent again` : "";
    const details = failures.slice(0, 5).map(({ kind, detail }) =>
      `\n    ${kind}: ${detail}`
    );
    return `  ${name}: ${failures.length} of ${sent} failed${again}${
      details.join("")
    }`;
  }).join("\n");
}

/** Returns a GET request, as text. */
export function get(path: string, connection = "close"): string {
  return `GET ${path} HTTP/1.1\r\nHost: gateway\r\nConnection: ${connection}\r\n\r\n`;
}

/** Returns a POST request with a body in pieces. */
export function post(path: string, pieces: readonly string[]): string[] {
  const { length } = pieces.join("");
  return [
    `POST ${path} HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`,
    ...pieces,
  ];
}

/**
 * Sends each request on a connection of its own, which the answer ends.
 *
 * @param pieces The request.
 * @param pauseMs The time before each piece, in milliseconds: the first one comes after the connection.
 */
export function sendOnce(
  target: Target,
  pieces: readonly string[],
  pauseMs = 0,
): Send {
  return async () => {
    const startedAt = performance.now();
    const fail = (kind: Failure["kind"], detail: unknown): Failure => ({
      kind,
      detail: `${detail}, ${Math.round(performance.now() - startedAt)} ms`,
    });
    let connection: Deno.Conn;
    try {
      connection = await connect(target);
    } catch (error) {
      return fail(kindOf(error), error);
    }
    using open = connection;
    let answer = "";
    try {
      for (const piece of pieces) {
        if (pauseMs) await delay(pauseMs);
        await writeAll(open, piece);
      }
      for await (const text of textsOf(open)) answer += text;
    } catch (error) {
      return fail(answer ? "cut" : "dropped", error);
    }
    if (!answer) return fail("dropped", "closed without an answer");
    if (!isWhole(answer)) return fail("cut", JSON.stringify(answer));
    return answer.startsWith("HTTP/1.1 200 ")
      ? undefined
      : fail("answered", JSON.stringify(answer.slice(0, 200)));
  };
}

/**
 * Sends all requests on one connection. Where that was closed while it was
 * idle, the request is sent again on a new one, as HTTP has it (RFC 9112, 9.3.1).
 *
 * @param pauseMs The time before each request, in milliseconds.
 */
export function sendAgain(
  target: Target,
  tally: Tally,
  path: string,
  pauseMs = 0,
): Send {
  const request = get(path, "keep-alive");
  let connection: Deno.Conn | undefined;
  const exchange = async (open: Deno.Conn): Promise<string> => {
    let answer = "";
    try {
      await writeAll(open, request);
      for await (const text of textsOf(open)) {
        answer += text;
        if (isWhole(answer)) break;
      }
    } catch {
      // Closed by a reset: the answer is what there is.
    }
    return answer;
  };
  return async () => {
    if (pauseMs) await delay(pauseMs);
    const isOld = connection !== undefined;
    try {
      connection ??= await connect(target);
    } catch (error) {
      return { kind: kindOf(error), detail: `${error}` };
    }
    let answer = await exchange(connection);
    if (!answer && isOld) {
      tally.repeated++;
      connection.close();
      connection = undefined;
      try {
        connection = await connect(target);
      } catch (error) {
        return { kind: kindOf(error), detail: `again: ${error}` };
      }
      answer = await exchange(connection);
    }
    const isGood = isWhole(answer) && answer.startsWith("HTTP/1.1 200 ");
    if (!isGood || /^connection: close/im.test(answer)) {
      connection.close();
      connection = undefined;
    }
    if (isGood) return undefined;
    const kind = !answer ? "dropped" : isWhole(answer) ? "answered" : "cut";
    return { kind, detail: JSON.stringify(answer.slice(0, 200)) };
  };
}

function connect({ port, caCerts }: Target): Promise<Deno.Conn> {
  const address = { hostname: "127.0.0.1", port };
  return caCerts
    ? Deno.connectTls({ ...address, caCerts, alpnProtocols: ["http/1.1"] })
    : Deno.connect(address);
}

/** Whether an answer has its end. */
function isWhole(answer: string): boolean {
  const end = answer.indexOf("\r\n\r\n");
  const head = answer.slice(0, end + 2);
  if (end < 0) return false;
  if (/^transfer-encoding: chunked\r$/im.test(head)) {
    return answer.endsWith("\r\n0\r\n\r\n");
  }
  const length = /^content-length: (\d+)\r$/im.exec(head)?.[1];
  return answer.length - end - 4 === Number(length);
}

async function writeAll(connection: Deno.Conn, text: string): Promise<void> {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length) {
    bytes = bytes.subarray(await connection.write(bytes));
  }
}

async function* textsOf(connection: Deno.Conn): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const bytes = new Uint8Array(4096);
  for (
    let size = await connection.read(bytes);
    size !== null;
    size = await connection.read(bytes)
  ) {
    yield decoder.decode(bytes.subarray(0, size), { stream: true });
  }
}
