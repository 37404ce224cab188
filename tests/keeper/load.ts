/**
 * Clients that load a gateway while it is reloaded. They speak HTTP on plain
 * connections, one for each request, so that nothing is tried again.
 *
 * @module
 */

import { delay } from "@std/async";

/** The requests of one kind of client. */
export interface Tally {
  sent: number;
  /** Each request that was not answered with 200, whole. */
  readonly failures: string[];
}

/** A kind of client. */
export interface Client {
  readonly name: string;
  /** Number of them at the same time. */
  readonly count: number;
  /** The request, in pieces; `pauseMs` comes before each, the connection before all. */
  readonly pieces: readonly string[];
  readonly pauseMs: number;
}

/** Runs clients until the signal aborts, and then until the last one is answered. */
export async function load(
  port: number,
  clients: readonly Client[],
  signal: AbortSignal,
): Promise<Map<string, Tally>> {
  const tallies = new Map<string, Tally>();
  await Promise.all(clients.flatMap((client) => {
    const tally: Tally = { sent: 0, failures: [] };
    tallies.set(client.name, tally);
    return Array.from({ length: client.count }, async () => {
      while (!signal.aborted) {
        tally.sent++;
        const failure = await request(port, client);
        if (failure) tally.failures.push(failure);
      }
    });
  }));
  return tallies;
}

/** Sends one request. Returns what went wrong, undefined if nothing did. */
async function request(
  port: number,
  { pieces, pauseMs }: Client,
): Promise<string | undefined> {
  const started = performance.now();
  let step = "connecting";
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    for (const piece of pieces) {
      if (pauseMs) await delay(pauseMs);
      step = "sending";
      await writeAll(connection, piece);
    }
    step = "reading";
    const answer = await readAll(connection);
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? NaN);
    if (head.startsWith("HTTP/1.1 200 ") && body.length === length) return;
    return `answered with ${JSON.stringify(answer.slice(0, 200))}`;
  } catch (error) {
    const ms = Math.round(performance.now() - started);
    return `${step}, after ${ms} ms: ${error}`;
  }
}

async function writeAll(connection: Deno.Conn, text: string): Promise<void> {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length) {
    bytes = bytes.subarray(await connection.write(bytes));
  }
}

async function readAll(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const bytes = new Uint8Array(4096);
  let text = "";
  for (;;) {
    const size = await connection.read(bytes);
    if (size === null) return text;
    text += decoder.decode(bytes.subarray(0, size), { stream: true });
  }
}
