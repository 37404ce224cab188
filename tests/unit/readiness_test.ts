import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals } from "@std/assert";
import { type Target, untilReady } from "../../lib/readiness.ts";
import { soon, until } from "./support.ts";

const hostname = "127.0.0.1";
const OK = "HTTP/1.1 200 OK\r\n\r\n";

/** A server that gives every connection the same answer. */
class FakeServer implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #connections = new Set<Deno.TcpConn>();
  readonly #serving: Promise<void>;
  /** What was asked, and how often somebody connected. */
  readonly requests: string[] = [];
  connections = 0;

  /** @param answer What to send, such as a status line; nothing keeps the client waiting. */
  constructor(public answer: string | undefined, port = 0) {
    this.#listener = Deno.listen({ hostname, port });
    this.#serving = this.#serve();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  async #serve(): Promise<void> {
    for await (const connection of this.#listener) {
      this.connections++;
      this.#connections.add(connection);
      this.#reply(connection).catch(() => {});
    }
  }

  async #reply(connection: Deno.TcpConn): Promise<void> {
    const bytes = new Uint8Array(1_000);
    const length = await connection.read(bytes);
    if (length === null) return this.#hangUp(connection);
    this.requests.push(new TextDecoder().decode(bytes.subarray(0, length)));
    if (this.answer === undefined) return;
    await connection.write(new TextEncoder().encode(this.answer));
    this.#hangUp(connection);
  }

  #hangUp(connection: Deno.TcpConn): void {
    if (this.#connections.delete(connection)) connection.close();
  }

  /** Resolves when the port is free again. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) this.#hangUp(connection);
    await this.#serving;
  }
}

/** A port on which nobody listens. */
function freePort(): number {
  using listener = Deno.listen({ hostname, port: 0 });
  return listener.addr.port;
}

/** Waits for a target in the background. */
function startWaiting(
  target: Partial<Target>,
  patienceMs = 60_000,
  predecessorGone?: Promise<void>,
) {
  const stop = new AbortController();
  const waiting = {
    isOver: false,
    silences: 0,
    listenings: 0,
    stop: () => stop.abort(),
    over: Promise.resolve(),
  };
  const options = {
    signal: stop.signal,
    patienceMs,
    predecessorGone,
    onListening: () => waiting.listenings++,
    onSilence: () => waiting.silences++,
  };
  const full = { hostname, port: 0, healthPath: undefined, ...target };
  waiting.over = untilReady(full, options).then(() => {
    waiting.isOver = true;
  });
  return waiting;
}

/** Waits for a health endpoint that answers like this; tells whether it was found ready. */
async function isReady(answer: string | undefined): Promise<boolean> {
  const port = freePort();
  const waiting = startWaiting({ port, healthPath: "/__health" });
  await using server = new FakeServer(answer, port);
  await until(
    "the answer had its effect",
    () => waiting.isOver || server.requests.length >= 3,
  );
  const { isOver } = waiting;
  waiting.stop();
  await soon("the waiting ended", waiting.over);
  return isOver;
}

Deno.test("a gateway is ready when it accepts a connection, if nothing else is to be asked", async () => {
  const port = freePort();
  const waiting = startWaiting({ port });
  await using server = new FakeServer(undefined, port);
  await soon("the gateway is ready", waiting.over);
  assertEquals(server.requests.filter(Boolean), []);
});

Deno.test("a gateway is not ready before it listens", async () => {
  const waiting = startWaiting({ port: freePort() }, 20);
  await until("patience has run out", () => waiting.silences > 0);
  assertEquals(waiting.isOver, false);
  waiting.stop();
  await soon("the waiting ended", waiting.over);
});

Deno.test("a gateway is ready when its health endpoint says so", async () => {
  assertEquals(await isReady(OK), true);
});

Deno.test("a path that the gateway does not know is an answer of the gateway", async () => {
  assertEquals(await isReady("HTTP/1.1 404 Not Found\r\n\r\n"), true);
  assertEquals(await isReady("HTTP/1.0 301 Moved Permanently\r\n\r\n"), true);
});

Deno.test("an error of the server, and what is no HTTP, is no readiness", async () => {
  assertEquals(
    await isReady("HTTP/1.1 503 Service Unavailable\r\n\r\n"),
    false,
  );
  assertEquals(await isReady("SSH-2.0-OpenSSH_9.9\r\n"), false);
  assertEquals(await isReady(""), false);
});

Deno.test("the health endpoint is asked with its path, its host and a connection that ends", async () => {
  const port = freePort();
  const waiting = startWaiting({ port, healthPath: "/up" });
  await using server = new FakeServer(OK, port);
  await soon("the gateway is ready", waiting.over);
  const [start, ...headers] = server.requests.at(-1)?.split("\r\n") ?? [];
  assertEquals(start, "GET /up HTTP/1.1");
  assertEquals(headers.slice(0, 3), [
    `Host: 127.0.0.1:${port}`,
    "User-Agent: krakend-watch",
    "Connection: close",
  ]);
});

Deno.test("an answer that comes before any gateway could have booted is another program's until that has left", async () => {
  // As time stands still, nothing is believed merely because it lasts.
  const clock = FakeTimers.install({ toFake: ["performance"] });
  try {
    const other = new FakeServer(OK);
    const { port } = other;
    const waiting = startWaiting({ port, healthPath: "/__health" }, 100);
    await until("the other was asked twice", () => other.connections >= 2);
    await other[Symbol.asyncDispose]();
    assertEquals([waiting.isOver, other.requests], [false, []]);
    clock.tick(200);
    // Told after a question that began when the other had left.
    await until("patience has run out", () => waiting.silences > 0);
    await using _server = new FakeServer(OK, port);
    await soon("the gateway is ready", waiting.over);
  } finally {
    clock.uninstall();
  }
});

Deno.test("an early answer is believed in the end, since the other program may be the gateway", async () => {
  await using server = new FakeServer(OK);
  const { port } = server;
  const waiting = startWaiting({ port, healthPath: "/__health" });
  await soon("the gateway is ready", waiting.over);
  assertEquals(server.connections > 1, true);
});

Deno.test("silence is told once, and the gateway is still waited for", async () => {
  const port = freePort();
  const waiting = startWaiting({ port, healthPath: "/__health" }, 20);
  await until("patience has run out", () => waiting.silences > 0);
  await using server = new FakeServer("HTTP/1.1 503 Busy\r\n\r\n", port);
  await until("it was asked again", () => server.requests.length >= 2);
  server.answer = OK;
  await soon("the gateway is ready", waiting.over);
  assertEquals(waiting.silences, 1);
});

Deno.test("the waiting ends when it is told to, whatever the target does", async () => {
  await using server = new FakeServer(undefined);
  const port = freePort();
  const waits = [
    startWaiting({ port }),
    startWaiting({ port: server.port, healthPath: "/__health" }),
  ];
  for (const waiting of waits) waiting.stop();
  for (const waiting of waits) await soon("the waiting ended", waiting.over);
});

Deno.test("a gateway whose predecessor was told to leave is ready when that is gone and it answers, not before", async () => {
  // As time stands still, nothing is believed merely because it lasts.
  const clock = FakeTimers.install({ toFake: ["performance"] });
  try {
    await using server = new FakeServer(OK);
    const gone = Promise.withResolvers<void>();
    const waiting = startWaiting(
      {
        port: server.port,
        healthPath: "/__health",
      },
      60_000,
      gone.promise,
    );
    await until("it was looked at twice", () => server.connections >= 2);
    assertEquals([waiting.isOver, waiting.listenings], [false, 0]);
    gone.resolve();
    await soon("the gateway is ready", waiting.over);
    assertEquals(waiting.listenings, 1);
  } finally {
    clock.uninstall();
  }
});

Deno.test("a gateway listens before it answers, which is told once", async () => {
  const port = freePort();
  const waiting = startWaiting({ port, healthPath: "/__health" });
  await using server = new FakeServer("HTTP/1.1 503 Busy\r\n\r\n", port);
  await until("it was asked twice", () => server.requests.length >= 2);
  assertEquals([waiting.isOver, waiting.listenings], [false, 1]);
  server.answer = OK;
  await soon("the gateway is ready", waiting.over);
  assertEquals(waiting.listenings, 1);
});

Deno.test("a question that is never answered holds nobody up", async () => {
  const port = freePort();
  const waiting = startWaiting({ port, healthPath: "/__health" });
  await using server = new FakeServer(undefined, port);
  await until("a question is lost", () => server.requests.length >= 1);
  server.answer = OK;
  await soon("the gateway is ready", waiting.over);
});
