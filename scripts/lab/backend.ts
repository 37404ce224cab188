/**
 * A service for the gateway to stand in front of.
 *
 * @module
 */

import { delay } from "@std/async";

/** A backend on 127.0.0.1. */
export interface Backend extends AsyncDisposable {
  readonly url: string;
  /** How many requests for `/slow/...` it is answering. */
  readonly pending: number;
}

/**
 * Starts a backend that answers every path with `{"path": PATH, "bytes": SIZE}`,
 * the size of what was posted; `/slow/MS` after that many milliseconds, and
 * `/stream/COUNT` with that many lines, one every 100 ms.
 */
export function startBackend(): Backend {
  let pending = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname } = new URL(request.url);
      const ms = /^\/slow\/(\d+)$/.exec(pathname)?.[1];
      if (ms) {
        pending++;
        await delay(Number(ms));
        pending--;
      }
      const count = /^\/stream\/(\d+)$/.exec(pathname)?.[1];
      if (count) return new Response(lines(Number(count)));
      const { byteLength } = await request.arrayBuffer();
      return Response.json({ path: pathname, bytes: byteLength });
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    get pending() {
      return pending;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

const LINE_MS = 100;

function lines(count: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  const numbers = ReadableStream.from(async function* () {
    for (let i = 1; i <= count; i++) {
      await delay(LINE_MS);
      yield `line ${i}\n`;
    }
  }());
  return numbers.pipeThrough(new TextEncoderStream());
}
