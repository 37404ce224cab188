import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  decode,
  endpointOf,
  type Format,
  formatOf,
  hasAsyncAgents,
  isTrue,
  membersOf,
  overriddenBy,
  ownsOtherListeners,
  parseConfig,
} from "../../../lib/krakend/config.ts";
import { bytesOf, CORPUS, REFUSED } from "./corpus.ts";

Deno.test("the extension alone decides the format, in small letters only", () => {
  const formats: Record<string, Format> = {
    "a.json": "json",
    "a.yml": "yaml",
    "a.yaml": "yaml",
    ".yml": "yaml",
    "a.toml": "toml",
    "a": "json",
    "a.YAML": "json",
    "yml": "json",
    "a.yaml.json": "json",
  };
  for (const [path, format] of Object.entries(formats)) {
    assertEquals(formatOf(path), format, path);
  }
});

for (const format of ["json", "yaml", "toml"] as const) {
  for (const [name, content, value] of CORPUS[format]) {
    const outcome = value === REFUSED
      ? "is not read"
      : "is read as KrakenD does";
    Deno.test(`${format}: ${name} ${outcome}`, async () => {
      const parsed = await parseConfig(bytesOf(content), format);
      if (value !== REFUSED) {
        assertEquals(JSON.parse(JSON.stringify(parsed)), {
          kind: "config",
          config: value,
        });
      } else if (format === "json") assertEquals(parsed.kind, "fault");
      // In YAML and TOML, krakend-watch may read more than KrakenD, and never refuses.
      else assert(parsed.kind !== "fault", JSON.stringify(parsed));
    });
  }
}

Deno.test("an empty file is a fault in every format", async () => {
  for (const format of ["json", "yaml", "toml"] as const) {
    for (const text of ["", " \n\t"]) {
      assertEquals((await parseConfig(bytesOf(text), format)).kind, "fault");
    }
  }
});

Deno.test("YAML that cannot be read is served if KrakenD can, with a warning that names --watch and no value", async () => {
  const parsed = await parseConfig(bytesOf("hunter2: [\n"), "yaml");
  assert(parsed.kind === "unknown");
  assert(parsed.reason.includes("--watch"), parsed.reason);
  assert(!parsed.reason.includes("hunter2"), parsed.reason);
});

Deno.test("aliases of aliases of aliases do not fill the memory", async () => {
  const lines = Array.from(
    { length: 30 },
    (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]\n`,
  );
  const bomb = `a0: &a0 [x]\n${lines.join("")}`;
  assertEquals((await parseConfig(bytesOf(bomb), "yaml")).kind, "unknown");
});

Deno.test("no bytes make the parsers throw, and JSON is refused exactly if JSON.parse refuses it", async () => {
  const texts = Object.values(CORPUS).flat().map(([, content]) => content);
  const damaged = fc.tuple(
    fc.constantFrom(...texts),
    fc.nat(60),
    fc.nat(3),
    fc.uint8Array({ maxLength: 3 }),
  ).map(([content, at, length, inserted]) => {
    const bytes = bytesOf(content);
    return Uint8Array.of(
      ...bytes.subarray(0, at),
      ...inserted,
      ...bytes.subarray(at + length),
    );
  });
  await fc.assert(
    fc.asyncProperty(
      damaged,
      fc.constantFrom<Format>("json", "yaml", "toml"),
      async (bytes, format) => {
        const { kind } = await parseConfig(bytes, format);
        const text = decode(bytes, format);
        if (format !== "json") {
          return assertEquals(kind === "fault", text.trim() === "");
        }
        let isObject = false;
        try {
          const value = JSON.parse(text);
          isObject = typeof value === "object" && !Array.isArray(value);
        } catch { /* It is no JSON. */ }
        assertEquals(kind, isObject ? "config" : "fault");
      },
    ),
    { numRuns: 1_000 },
  );
});

Deno.test("a gateway serves on 127.0.0.1:8080 unless it is configured otherwise", () => {
  assertEquals(endpointOf({}, {}), {
    hostname: "127.0.0.1",
    port: 8080,
    isTls: false,
  });
});

Deno.test("the port of the option wins over the environment, that over the file", () => {
  const env = { KRAKEND_PORT: "2" };
  assertEquals(endpointOf({ port: 1 }, {}).port, 1);
  assertEquals(endpointOf({ PORT: 1 }, {}).port, 1);
  assertEquals(endpointOf({ port: 1 }, env).port, 2);
  assertEquals(endpointOf({ port: 1 }, { Krakend_Port: "2" }).port, 1);
  assertEquals(endpointOf({ port: 1 }, env, 3).port, 3);
});

Deno.test("a port is read as KrakenD reads one, which takes texts, truth values and nothing at all", () => {
  // Each was tried with `krakend run`.
  const ports: [value: unknown, port: number | undefined][] = [
    ["8081", 8081],
    ["0x1f91", 8081],
    ["010", 8],
    [8081.9, 8081],
    [true, 1],
    ["", 8080],
    [0, 8080],
    [null, 8080],
    ["tcp://10.0.0.1:8080", undefined],
    ["8081.5", undefined],
    [-1, undefined],
    [65_536, undefined],
    [{}, undefined],
  ];
  for (const [value, port] of ports) {
    assertEquals(endpointOf({ port: value }, {}).port, port, `${value}`);
  }
  assertEquals(endpointOf({ port: 9 }, { KRAKEND_PORT: "" }).port, 8080);
});

Deno.test("of a configuration that is unknown, only an override says the port", () => {
  assertEquals(endpointOf(undefined, {}).port, undefined);
  assertEquals(endpointOf(undefined, { KRAKEND_PORT: "5" }).port, 5);
  assertEquals(endpointOf(undefined, {}, 6).port, 6);
});

Deno.test("a gateway that listens everywhere is reached on the loopback address", () => {
  const hosts = ["0.0.0.0", "::", "", undefined, "::1", "10.0.0.1"]
    .map((listen_ip) => endpointOf({ listen_ip }, {}).hostname);
  assertEquals(hosts, [
    ...["127.0.0.1", "::1", "127.0.0.1", "127.0.0.1"],
    ...["::1", "10.0.0.1"],
  ]);
  const config = { listen_ip: "10.0.0.1" };
  assertEquals(
    ["10.0.0.2", ""].map((ip) =>
      endpointOf(config, { KRAKEND_LISTEN_IP: ip }).hostname
    ),
    ["10.0.0.2", "127.0.0.1"],
  );
});

Deno.test("a gateway speaks TLS if it is configured and not disabled", () => {
  const isTls = (tls: unknown) => endpointOf({ TLS: tls }, {}).isTls;
  assertEquals([{}, { public_key: "a" }].map(isTls), [true, true]);
  assertEquals([{ Disabled: "true" }, null].map(isTls), [false, false]);
});

Deno.test("the variable that overrides a key is found, in any case of its name", () => {
  assertEquals(overriddenBy("port", { KRAKEND_PORT: "" }), "KRAKEND_PORT");
  assertEquals(overriddenBy("port", { KRAKEND_Port: "1" }), "KRAKEND_Port");
  assertEquals(
    overriddenBy("port", { PORT: "1", KRAKEND_PORTS: "2" }),
    undefined,
  );
});

Deno.test("async agents may be there if the configuration is unknown", () => {
  const configs = [undefined, {}, { async_agent: [] }, { Async_Agent: [{}] }];
  assertEquals(configs.map(hasAsyncAgents), [true, false, false, true]);
});

/** Whether a gateway with this in its `extra_config` may listen elsewhere. */
function listens(name: string, value: unknown): boolean {
  return ownsOtherListeners({ extra_config: { [name]: value } });
}

Deno.test("components that open no port are known, and of all others it is not sure", () => {
  assertEquals(ownsOtherListeners({}), false);
  assertEquals(ownsOtherListeners(undefined), true);
  assertEquals(ownsOtherListeners({ plugin: { folder: "x" } }), true);
  for (
    const name of [
      ...["router", "telemetry/logging", "security/cors", "@comment"],
      "github_com/devopsfaith/krakend-gologging",
    ]
  ) assertEquals(listens(name, {}), false, name);
  for (
    const name of [
      ...["auth/revoker", "github_com/devopsfaith/bloomfilter"],
      ...["telemetry/newrelic", "my/plugin"],
    ]
  ) assertEquals(listens(name, {}), true, name);
});

Deno.test("metrics and exporters for Prometheus open a port, also with disable_metrics", () => {
  const metrics = [
    "telemetry/metrics",
    "github_com/devopsfaith/krakend-metrics",
  ];
  for (const name of metrics) {
    assertEquals(listens(name, {}), true);
    assertEquals(listens(name, { endpoint_disabled: true }), false);
  }
  const otel = (exporters: unknown) =>
    listens("telemetry/opentelemetry", { exporters });
  assertEquals(otel({ prometheus: [{ disable_metrics: true }] }), true);
  assertEquals(otel({ otlp: [{}] }), false);
  const census = (exporters: unknown) =>
    listens("telemetry/opencensus", { exporters });
  assertEquals(census({ prometheus: { port: 9091 } }), true);
  assertEquals(census({ zipkin: {} }), false);
});

Deno.test("names are taken in any case, and one in small letters wins", () => {
  assertEquals(membersOf({ PORT: 1, port: 2, Port: 3 }), { port: 2 });
  assertEquals(membersOf([1]), {});
  assertEquals(membersOf(JSON.parse('{"__proto__": {"port": 1}}')), {});
});

Deno.test("what KrakenD takes for true is true", () => {
  assertEquals(
    ["1", "t", "TRUE", "True", 1, true].map(isTrue),
    Array(6).fill(true),
  );
  assertEquals(
    ["0", "yes", "", 0, null, false].map(isTrue),
    Array(6).fill(false),
  );
});
