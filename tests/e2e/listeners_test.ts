import { assert, assertEquals } from "@std/assert";
import { eventAt, eventIn, eventsOf } from "../helpers/events.ts";
import { IS_TEST_GATEWAY } from "../helpers/gateway.ts";
import { Playground } from "../helpers/playground.ts";
import { succeeds, writeScript } from "../helpers/processes.ts";
import { withoutKeeper } from "../helpers/swap.ts";
import { together } from "../helpers/together.ts";
import { freePort } from "../../scripts/lab/config.ts";
import type { StartOptions } from "../../scripts/lab/watch_process.ts";

const VERBOSE = ["-v", "--log-format=json", "run", "-c", "krakend.json"];
const RELOADS = 3;

/** Components that listen on a port of their own, and their configuration. */
const COMPONENTS: Readonly<
  Record<string, (port: number) => Readonly<Record<string, unknown>>>
> = {
  "the statistics": (port) => ({
    "telemetry/metrics": { listen_address: `:${port}` },
  }),
  "a Prometheus exporter without metrics": (port) => ({
    "telemetry/opentelemetry": {
      exporters: {
        prometheus: [{ name: "prometheus", port, disable_metrics: true }],
      },
    },
  }),
  "the server of revoked tokens": (port) => ({
    "auth/revoker": {
      ...{ N: 1_000, P: 0.0001, hash_name: "optimal", TTL: 1_500 },
      ...{ port, token_keys: ["jti"] },
    },
  }),
  // Those that only KrakenD itself has.
  ...!IS_TEST_GATEWAY && {
    "an exporter of OpenCensus": (port) => ({
      "telemetry/opencensus": { exporters: { prometheus: { port } } },
    }),
    "the server of revoked tokens by its old name": (port) => ({
      "github_com/devopsfaith/bloomfilter": {
        ...{ N: 1_000, P: 0.0001, hash_name: "optimal", TTL: 1_500 },
        ...{ port, token_keys: ["jti"] },
      },
    }),
  },
  ...IS_TEST_GATEWAY && {
    "a plugin": (port) => ({
      "test/listeners": [{ network: "tcp", address: `127.0.0.1:${port}` }],
    }),
  },
};

/** The ways in which a port passes to the next gateway. */
const WAYS: Readonly<
  Record<string, (place: Playground) => Promise<Partial<StartOptions>>>
> = {
  "shared": () => Promise.resolve({ args: VERBOSE }),
  "with --no-overlap": () =>
    Promise.resolve({ args: ["--no-overlap", ...VERBOSE] }),
  "without the keeper": async (place) => ({
    args: VERBOSE,
    program: await withoutKeeper(place),
  }),
};

/** Saves a configuration with components. */
function save(
  place: Playground,
  extra_config: Readonly<Record<string, unknown>>,
  path: string,
): Promise<void> {
  return Deno.writeTextFile(
    place.file,
    place.configWith({ extra_config }, path),
  );
}

async function isListening(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

/** Reloads a gateway with a component, and asserts that its port is there each time. */
async function keepsPort(
  configOf: (port: number) => Readonly<Record<string, unknown>>,
  optionsOf: (place: Playground) => Promise<Partial<StartOptions>>,
  handover: "shared" | "swap",
): Promise<void> {
  await using place = await Playground.open();
  const port = freePort();
  await save(place, configOf(port), "/round/0");
  place.start(await optionsOf(place));
  await place.serves("/round/0");
  await place.until("the port is there", () => isListening(port));
  for (let round = 1; round <= RELOADS; round++) {
    const { pid } = await eventAt(place, "ready", round);
    await save(place, configOf(port), `/round/${round}`);
    await eventAt(place, "ready", round + 1);
    await eventIn(place, "drained", (it) => it.pid === pid);
    // Only the new one can have it now.
    await place.until("the port is there", () => isListening(port));
    assertEquals(await place.statusOf(`/round/${round}`), 200);
  }
  const handovers = eventsOf(place.lines).flatMap((it) =>
    it.event === "ready" ? [it.handover] : []
  );
  assertEquals(handovers, Array(RELOADS + 1).fill(handover));
}

for (const [way, optionsOf] of Object.entries(WAYS)) {
  Deno.test(`${way}: after every reload the ports of all components are there`, async () => {
    const handover = way === "shared" ? "shared" : "swap";
    const cases = Object.entries(COMPONENTS).map(([name, configOf]) =>
      [name, () => keepsPort(configOf, optionsOf, handover)] as const
    );
    await together(Object.fromEntries(cases));
  });
}

/** Asserts that one gateway starts when the one before has exited, and that this was said once. */
async function isSequential(place: Playground, reason: string): Promise<void> {
  for (const round of [1, 2]) {
    const { pid } = await eventAt(place, "ready", round);
    const before = await Deno.readTextFile(place.file);
    await Deno.writeTextFile(
      place.file,
      before.replaceAll(/\/(?:one|round\/\d)/g, `/round/${round}`),
    );
    await place.serves(`/round/${round}`);
    const { handover, down_ms } = await eventAt(place, "ready", round + 1);
    assertEquals([handover, Number(down_ms) > 0], ["swap", true]);
    const steps = eventsOf(place.lines).flatMap((it) =>
      it.event === "drained" && it.pid === pid || it.event === "starting"
        ? [it.event]
        : []
    );
    assertEquals(steps.slice(-2), ["drained", "starting"]);
  }
  const reasons = eventsOf(place.lines).flatMap((it) =>
    it.event === "warning" ? [it.reason] : []
  );
  assertEquals(reasons, [reason]);
}

const CANNOT_SHARE =
  "which two gateways cannot share: a reload stops the old one first";

for (const network of ["udp", "unix"]) {
  Deno.test({
    name:
      `a gateway with a listener of ${network} is reloaded one after the other, and one line says so`,
    ignore: !IS_TEST_GATEWAY,
    async fn() {
      await using place = await Playground.open();
      const address = network === "unix"
        ? place.path("socket")
        : `127.0.0.1:${freePort()}`;
      const plugin = { "test/listeners": [{ network, address }] };
      await save(place, plugin, "/one");
      place.start({ args: VERBOSE });
      await isSequential(
        place,
        `the gateway listens on ${network} ${address}, ${CANNOT_SHARE}`,
      );
      // It has it again.
      if (network === "unix") {
        (await Deno.connect({ transport: "unix", path: address })).close();
      }
    },
  });
}

Deno.test({
  name:
    "a candidate that has a listener of UDP starts when the old gateway has exited",
  ignore: !IS_TEST_GATEWAY,
  async fn() {
    await using place = await Playground.open();
    const address = `127.0.0.1:${freePort()}`;
    place.start({ args: VERBOSE });
    const { pid } = await eventAt(place, "ready", 1);
    await save(place, {
      "test/listeners": [{ network: "udp", address }],
    }, "/two");
    await place.serves("/two");
    const { handover } = await eventAt(place, "ready", 2);
    assertEquals(handover, "swap");
    const events = eventsOf(place.lines);
    const gone = events.findIndex((it) =>
      it.event === "drained" && it.pid === pid
    );
    const started = events.findLastIndex((it) => it.event === "starting");
    assert(gone >= 0 && gone < started);
  },
});

const OWN_NAMESPACE = ["unshare", "--user", "--map-root-user"];

Deno.test({
  name:
    "a gateway that its script puts into another user namespace is served and reloaded, one after the other, and one line says so",
  ignore: !await succeeds(...OWN_NAMESPACE, "true"),
  async fn() {
    await using place = await Playground.open();
    const script = `exec ${OWN_NAMESPACE.join(" ")} "${place.gateway}" "$@"`;
    const gateway = await writeScript(place.folder, "gateway", script);
    place.start({ args: VERBOSE, env: { KRAKEND_BIN: gateway } });
    const address = `tcp 127.0.0.1:${place.port}`;
    await isSequential(
      place,
      `the gateway listens on ${address}, ${CANNOT_SHARE}`,
    );
  },
});

Deno.test("a port besides the service's that another program has is no reason to refuse a configuration", async () => {
  await using place = await Playground.open();
  using holder = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = holder.addr;
  await place.startAndServe();
  await save(place, {
    "telemetry/metrics": { listen_address: `127.0.0.1:${port}` },
  }, "/two");
  await place.serves("/two");
  await place.restarts(1);
  assertEquals(place.count("down for"), 0);
  await place.reports(
    `warning: 127.0.0.1:${port} is in use by another program: the gateway runs without it`,
  );
});
