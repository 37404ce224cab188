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
 * Starts a backend that answers every path with `{"path": PATH}`, and
 * `/slow/MS` after that many milliseconds.
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
      return Response.json({ path: pathname });
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
