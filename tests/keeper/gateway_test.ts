import { assertEquals } from "@std/assert";
import { delay } from "@std/async";
import { join } from "@std/path";
import { findGateway } from "../../scripts/gateway/build.ts";
import {
  type Client,
  get,
  load,
  post,
  sendOnce,
  tallyText,
} from "../../scripts/lab/load.ts";
import { freePort } from "../../scripts/lab/config.ts";
import { until } from "../../scripts/lab/until.ts";
import {
  KeeperProcess,
  type Program,
  temporaryFolder,
} from "./keeper_process.ts";

const GATEWAY = await findGateway();
/** Number of times that the gateway is replaced under load. */
const RELOADS = Number(Deno.env.get("KEEPER_RELOADS") ?? 20);
/** From `go` to SIGTERM for the instance before, in milliseconds: as in lib/. */
const GRACE_MS = 1_000;

/** A backend that answers each path after the milliseconds that end it, when it has read the request. */
function startBackend() {
  let pending = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      pending++;
      const path = new URL(request.url).pathname;
      const { byteLength } = await request.arrayBuffer();
      await delay(Number(/\d*$/.exec(path)?.[0]));
      pending--;
      return Response.json({ path, byteLength });
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

/** Writes a configuration, and returns how to start the gateway with it. */
function configure(folder: string, port: number, backend: string): string[] {
  const endpoint = (path: string, method = "GET") => ({
    endpoint: path,
    method,
    backend: [{ host: [backend], url_pattern: path, method }],
  });
  const file = join(folder, "krakend.json");
  Deno.writeTextFileSync(
    file,
    JSON.stringify({
      version: 3,
      listen_ip: "127.0.0.1",
      port,
      timeout: "10s",
      endpoints: [
        endpoint("/fast"),
        endpoint("/slow/2000"),
        endpoint("/post", "POST"),
      ],
    }),
  );
  return ["run", "-c", file];
}

/** Starts a gateway, and waits until it has booted and asks to listen. */
async function boot(
  keeper: KeeperProcess,
  args: string[],
  port: number,
): Promise<Program> {
  const it = keeper.launch(args, { program: GATEWAY, port });
  await keeper.says(`listening ${it.pid} 127.0.0.1:${port}`);
  return it;
}

Deno.test(`${RELOADS} reloads under load: no connection is refused, none dropped, no request cut`, async () => {
  using folder = temporaryFolder();
  await using backend = startBackend();
  await using keeper = await KeeperProcess.start();
  const port = freePort();
  const args = configure(folder.path, port, backend.url);
  const pieces = Array(5).fill("x".repeat(20_000));
  const once = (pieces: readonly string[], pauseMs = 0) => () =>
    sendOnce({ port }, pieces, pauseMs);
  const clients: Client[] = [
    { name: "new", count: 4, create: once([get("/fast")]) },
    { name: "late", count: 8, create: once([get("/fast")], 30) },
    { name: "slow", count: 8, create: once([get("/slow/2000")]) },
    { name: "post", count: 2, create: once(post("/post", pieces), 10) },
  ];

  let active = await boot(keeper, args, port);
  await keeper.go(active, `127.0.0.1:${port}`);
  const stop = new AbortController();
  const loading = load(clients, stop.signal);
  const ended: Program[] = [];
  for (let i = 0; i < RELOADS; i++) {
    const candidate = await boot(keeper, args, port);
    await keeper.go(candidate, `127.0.0.1:${port}`);
    await delay(GRACE_MS);
    await keeper.command(`end ${active.pid}`);
    active.signal("SIGTERM");
    ended.push(active);
    active = candidate;
  }
  stop.abort();
  const tallies = await loading;
  for (const it of ended) assertEquals(await it.end(), 0, it.output);
  const summary = tallyText(tallies);
  for (const [name, { sent, failures }] of tallies) {
    assertEquals(failures.length, 0, summary);
    assertEquals(sent >= RELOADS, true, `${name}: ${sent}`);
  }
  if (Deno.env.has("KEEPER_RELOADS")) {
    // deno-lint-ignore no-console -- the figures are what it is run for by hand
    console.log(summary);
  }
});

Deno.test("clients of a gateway that crashed wait for the next one", async () => {
  using folder = temporaryFolder();
  await using backend = startBackend();
  await using keeper = await KeeperProcess.start({ queueMs: 20_000 });
  const port = freePort();
  const args = configure(folder.path, port, backend.url);
  const active = await boot(keeper, args, port);
  await keeper.go(active, `127.0.0.1:${port}`);
  active.signal("SIGKILL");
  await keeper.says(`gone ${active.pid}`);
  const answers = Array.from({ length: 5 }, async () => {
    const response = await fetch(`http://127.0.0.1:${port}/fast`);
    return await response.json();
  });
  const next = await boot(keeper, args, port);
  await keeper.go(next, `127.0.0.1:${port}`);
  for (const answer of await Promise.all(answers)) {
    assertEquals(answer.path, "/fast");
  }
});

Deno.test("a gateway that is held ends at SIGTERM", async () => {
  using folder = temporaryFolder();
  await using keeper = await KeeperProcess.start();
  const port = freePort();
  const args = configure(folder.path, port, "http://127.0.0.1:9999");
  const candidate = await boot(keeper, args, port);
  candidate.signal("SIGTERM");
  await candidate.end();
  await keeper.says(`gone ${candidate.pid}`);
  assertEquals(keeper.lines.includes(`closed 127.0.0.1:${port}`), false);
});

Deno.test("a gateway that gets SIGTERM from elsewhere gives its listener up, and its successor serves", async () => {
  using folder = temporaryFolder();
  await using backend = startBackend();
  await using keeper = await KeeperProcess.start({ queueMs: 20_000 });
  const port = freePort();
  const args = configure(folder.path, port, backend.url);
  const active = await boot(keeper, args, port);
  await keeper.go(active, `127.0.0.1:${port}`);
  const slow = fetch(`http://127.0.0.1:${port}/slow/2000`);
  await until("it is answering", () => backend.pending === 1);
  active.signal("SIGTERM");
  const next = await boot(keeper, args, port);
  await keeper.go(next, `127.0.0.1:${port}`);
  const response = await fetch(`http://127.0.0.1:${port}/fast`);
  assertEquals((await response.json()).path, "/fast");
  assertEquals((await (await slow).json()).path, "/slow/2000");
  assertEquals(await active.end(), 0);
});
