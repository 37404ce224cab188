import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async";
import {
  type Client,
  type Failure,
  get,
  load,
  post,
  type Send,
  sendAgain,
  sendOnce,
  tallyText,
  type Target,
} from "../../scripts/lab/load.ts";
import { SERVER_PAIR } from "../helpers/certificates.ts";
import { eventIn, eventsOf } from "../helpers/events.ts";
import { IS_TEST_GATEWAY } from "../helpers/gateway.ts";
import { Playground } from "../helpers/playground.ts";

/** How often the gateway is reloaded under load: `RELOADS=200` by hand, which shows the tallies, too. */
const RELOADS = Number(Deno.env.get("RELOADS") ?? 20);
const JSON_RUN = ["--log-format=json", "run", "-c", "krakend.json"];

/** Saves a configuration for clients of all kinds, with something new in it. */
async function save(
  place: Playground,
  round: number,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const backend = (url_pattern: string, more = {}) => ({
    backend: [{ host: [place.backend.url], url_pattern, ...more }],
  });
  const config = {
    ...JSON.parse(place.configWith(settings)),
    extra_config: { router: { disable_access_log: true } },
    endpoints: [
      { endpoint: "/fast", ...backend("/fast") },
      { endpoint: "/slow", ...backend("/slow/2000") },
      {
        endpoint: "/stream",
        output_encoding: "no-op",
        ...backend("/stream/30", { encoding: "no-op" }),
      },
      {
        endpoint: "/post",
        method: "POST",
        ...backend("/post", { method: "POST" }),
      },
      { endpoint: `/round/${round}`, ...backend("/round") },
    ],
  };
  await Deno.writeTextFile(place.file, JSON.stringify(config));
}

/** Reloads while clients are at work, and asserts that none of their requests was lost. */
async function reloadUnderLoad(
  place: Playground,
  clients: readonly Client[],
  settings: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  await save(place, 0, settings);
  place.start({ args: JSON_RUN });
  await eventIn(place, "ready");
  const stop = new AbortController();
  const loading = load(clients, stop.signal);
  const served = () =>
    eventsOf(place.lines).filter(({ event }) => event === "ready");
  for (let round = 1; round <= RELOADS; round++) {
    await save(place, round, settings);
    await place.until(
      `reload ${round} is served`,
      () => served().length > round,
    );
  }
  stop.abort();
  const tallies = await loading;
  const text = tallyText(tallies);
  for (const [name, { sent, failures }] of tallies) {
    assertEquals(failures.length, 0, text);
    assert(sent > 2, `${name}: only ${sent} were sent`);
  }
  for (const event of served().slice(1)) {
    assert(event.event === "ready");
    assertEquals([event.handover, event.down_ms], ["shared", 0]);
  }
  if (Deno.env.has("RELOADS")) {
    // deno-lint-ignore no-console -- by hand, the tallies are the result
    console.log(text);
  }
}

/** The clients of HTTP/1.1. */
function clientsOf(target: Target): Client[] {
  const piece = JSON.stringify("x".repeat(20_000));
  const body = ["[", ...Array(4).fill(`${piece},`), piece, "]"];
  const once = (pieces: readonly string[], pauseMs = 0) => () =>
    sendOnce(target, pieces, pauseMs);
  return [
    { name: "new connections", count: 4, create: once([get("/fast")]) },
    { name: "late senders", count: 8, create: once([get("/fast")], 30) },
    { name: "slow requests", count: 8, create: once([get("/slow")]) },
    { name: "bodies", count: 2, create: once(post("/post", body), 10) },
    { name: "streams", count: 4, create: once([get("/stream")]) },
    {
      name: "kept-alive connections",
      count: 4,
      create: (tally) => sendAgain(target, tally, "/fast", 20),
    },
  ];
}

/** A connection that was upgraded, and is used for three seconds. */
function upgrade(port: number): Send {
  const exchange = async (): Promise<Failure | undefined> => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const bytes = new Uint8Array(4096);
    const ask = async (text: string) => {
      await connection.write(new TextEncoder().encode(text));
      const size = await connection.read(bytes);
      return new TextDecoder().decode(bytes.subarray(0, size ?? 0));
    };
    const answer = await ask(
      "GET /__upgrade HTTP/1.1\r\nHost: gateway\r\n" +
        "Connection: Upgrade\r\nUpgrade: echo\r\n\r\n",
    );
    if (!answer.startsWith("HTTP/1.1 101 ")) {
      return { kind: "answered", detail: answer };
    }
    for (let i = 0; i < 30; i++) {
      await delay(100);
      const echo = await ask(`message ${i}`);
      if (echo !== `message ${i}`) return { kind: "cut", detail: echo };
    }
    return undefined;
  };
  return () =>
    exchange().catch((error) => ({ kind: "dropped", detail: `${error}` }));
}

Deno.test(`${RELOADS} reloads under load: no connection is refused, none dropped, no answer cut`, async () => {
  await using place = await Playground.open();
  const { port } = place;
  const upgrades: Client = {
    name: "upgraded connections",
    count: 2,
    create: () => upgrade(port),
  };
  await reloadUnderLoad(place, [
    ...clientsOf({ port }),
    // KrakenD's own does not upgrade.
    ...IS_TEST_GATEWAY ? [upgrades] : [],
  ]);
});

Deno.test(`${RELOADS} reloads under load over TLS, and HTTP/2: no connection is refused, none dropped, no answer cut`, async () => {
  await using place = await Playground.open();
  const { port } = place;
  const caCerts = [SERVER_PAIR.certificate];
  await Deno.writeTextFile(place.path("cert.pem"), SERVER_PAIR.certificate);
  await Deno.writeTextFile(place.path("key.pem"), SERVER_PAIR.key);
  using http2 = Deno.createHttpClient({ caCerts, http1: false, http2: true });
  const fetchFrom = (path: string, pauseMs: number): Send => async () => {
    try {
      await delay(pauseMs);
      const url = `https://127.0.0.1:${port}${path}`;
      const response = await fetch(url, { client: http2 });
      await response.text();
      return response.status === 200
        ? undefined
        : { kind: "answered", detail: `${response.status}` };
    } catch (error) {
      return { kind: "dropped", detail: Deno.inspect(error) };
    }
  };
  await reloadUnderLoad(place, [
    ...clientsOf({ port, caCerts }),
    { name: "HTTP/2", count: 4, create: () => fetchFrom("/fast", 5) },
    { name: "slow, HTTP/2", count: 4, create: () => fetchFrom("/slow", 0) },
    {
      name: "streams, HTTP/2",
      count: 2,
      create: () => fetchFrom("/stream", 0),
    },
  ], { tls: { keys: [{ public_key: "cert.pem", private_key: "key.pem" }] } });
});

Deno.test("sixty saves a second for ten seconds under load: the last is served, with few reloads, and no connection is refused or dropped", async () => {
  await using place = await Playground.open();
  await save(place, 0);
  place.start({ args: JSON_RUN });
  await eventIn(place, "ready");
  const stop = new AbortController();
  const create = () => sendOnce(place, [get("/fast")], 5);
  const clients = [{ name: "new connections", count: 2, create }];
  const loading = load(clients, stop.signal);
  const SAVES = 600;
  for (let round = 1; round <= SAVES; round++) {
    await save(place, round);
    await delay(1_000 / 60);
  }
  await place.serves(`/round/${SAVES}`);
  stop.abort();
  const tallies = await loading;
  const [failed] = [...tallies.values()].map(({ failures }) => failures.length);
  assertEquals(failed, 0, tallyText(tallies));
  const events = eventsOf(place.lines);
  const served = events.filter(({ event }) => event === "ready").length;
  assert(served > 2 && served < SAVES / 10, `it was reloaded ${served} times`);
  assertEquals(events.filter(({ level }) => level === "error"), []);
});
