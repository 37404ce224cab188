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
  ownsOtherListeners,
  parseConfig,
  valuesIn,
  withVariables,
} from "../../../lib/krakend/config.ts";
import { bytesOf, CORPUS, REFUSED, UNREAD } from "./corpus.ts";

Deno.test("the extension alone decides the format, in small letters only", () => {
  const paths = ["a.yml", "a.yaml", ".yml", "a.toml"];
  assertEquals(paths.map(formatOf), ["yaml", "yaml", "yaml", "toml"]);
  for (const path of ["a.json", "a", "a.YAML", "yml", "a.yaml.json"]) {
    assertEquals(formatOf(path), "json");
  }
});

for (const format of ["json", "yaml", "toml"] as const) {
  Deno.test(`what KrakenD reads is read alike, and what it refuses is no configuration: ${format}`, async () => {
    for (const [name, content, value] of CORPUS[format]) {
      const parsed = await parseConfig(bytesOf(content), format);
      if (value === UNREAD) assertEquals(parsed.kind, "unknown", name);
      else if (value !== REFUSED) {
        assert(parsed.kind === "config", name);
        assertEquals(JSON.parse(JSON.stringify(parsed.config)), value, name);
      } else if (format === "json") assertEquals(parsed.kind, "fault", name);
      // In YAML and TOML, krakend-watch may read more than KrakenD, and never refuses.
      else assert(parsed.kind !== "fault", name);
    }
  });
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

/** Configurations with the environment and the option `--port`, and where a gateway serves with them. */
// deno-fmt-ignore
const ENDPOINTS: readonly (readonly [config: unknown, endpoint: string, env?: Record<string, string>, port?: number])[] = [
  [{}, "127.0.0.1:8080"],
  [{ PORT: 1 }, "127.0.0.1:1"],
  [{ port: 1 }, "127.0.0.1:2", { KRAKEND_PORT: "2" }],
  [{ port: 1 }, "127.0.0.1:2", { KRAKEND_Port: "2" }],
  [{ port: 1 }, "127.0.0.1:1", { Krakend_Port: "2", KRAKEND_PORTS: "2" }],
  [{ port: 1 }, "127.0.0.1:3", { KRAKEND_PORT: "2" }, 3],
  [{ port: 9 }, "127.0.0.1:8080", { KRAKEND_PORT: "" }],
  [{ port: "8081" }, "127.0.0.1:8081"],
  [{ port: 0 }, "127.0.0.1:8080"],
  [{ port: null }, "127.0.0.1:8080"],
  // KrakenD may read these.
  [{ port: "0x1f91" }, "127.0.0.1:undefined"],
  [{ port: "010" }, "127.0.0.1:undefined"],
  [{ port: true }, "127.0.0.1:undefined"],
  [{ port: 8081.5 }, "127.0.0.1:undefined"],
  [{ port: 65_536 }, "127.0.0.1:undefined"],
  [{}, "127.0.0.1:undefined", { KRAKEND_PORT: "tcp://10.0.0.1:8080" }],
  [{ port: 1 }, "127.0.0.1:undefined", { "KRAKEND_PORT.X": "2" }],
  [{ port: 1 }, "127.0.0.1:3", { KRAKEND_PORT: "3", "KRAKEND_PORT.X": "2" }],
  // Of a configuration that is unknown, only an override says the port.
  [undefined, "127.0.0.1:undefined"],
  [undefined, "127.0.0.1:5", { KRAKEND_PORT: "5" }],
  [undefined, "127.0.0.1:6", {}, 6],
  // A gateway that listens everywhere is reached on the loopback address.
  [{ listen_ip: "0.0.0.0" }, "127.0.0.1:8080"],
  [{ listen_ip: "::" }, "::1:8080"],
  [{ listen_ip: "10.0.0.1" }, "10.0.0.1:8080"],
  [{ listen_ip: "10.0.0.1" }, "10.0.0.2:8080", { KRAKEND_LISTEN_IP: "10.0.0.2" }],
  [{ listen_ip: "10.0.0.1" }, "127.0.0.1:8080", { KRAKEND_LISTEN_IP: "" }],
];

Deno.test("the option says where a gateway serves, or else the environment, or else the file", () => {
  for (const [config, expected, env = {}, option] of ENDPOINTS) {
    const { hostname, port } = endpointOf(config, env, option);
    const endpoint = `${hostname}:${port}`;
    assertEquals(endpoint, expected, JSON.stringify([config, env, option]));
  }
});

Deno.test("variables override keys at the top, and below it by names with dots", () => {
  const config = { port: 1, tls: { keys: [], disabled: false } };
  const env = {
    "KRAKEND_TLS.DISABLED": "true",
    "KRAKEND_CLIENT_TLS.CA_CERTS.X": "y",
    KRAKEND_VERSION: "3",
    KRAKEND_: "",
    PORT: "2",
  };
  assertEquals(withVariables(config, env), {
    port: 1,
    version: "3",
    tls: { keys: [], disabled: "true" },
    client_tls: { ca_certs: { x: "y" } },
  });
  assertEquals(withVariables(undefined, { PORT: "2" }), undefined);
  assertEquals(withVariables({ tls: [1] }, { "KRAKEND_TLS.A": "" }), {
    tls: { a: "" },
  });
});

Deno.test("async agents may be there if the configuration is unknown", () => {
  const configs = [undefined, {}, { async_agent: [] }, { Async_Agent: [{}] }];
  assertEquals(configs.map(hasAsyncAgents), [true, false, false, true]);
});

/** Components, and whether a gateway with them may listen on another port. */
const LISTENERS: readonly (readonly [string, unknown, boolean])[] = [
  ["router", {}, false],
  ["telemetry/logging", {}, false],
  ["@comment", {}, false],
  ["auth/revoker", {}, true],
  ["telemetry/newrelic", {}, true],
  ["github_com/devopsfaith/bloomfilter", {}, true],
  ["my/plugin", {}, true],
  ["telemetry/metrics", {}, true],
  ["telemetry/metrics", { endpoint_disabled: true }, false],
  ["telemetry/opentelemetry", {
    exporters: { prometheus: [{ disable_metrics: true }] },
  }, true],
  ["telemetry/opentelemetry", { exporters: { otlp: [{}] } }, false],
  ["telemetry/opencensus", { exporters: { prometheus: {} } }, true],
];

Deno.test("components that open no port are known, and of all others it is not sure", () => {
  assertEquals(ownsOtherListeners({}), false);
  assertEquals(ownsOtherListeners(undefined), true);
  assertEquals(ownsOtherListeners({ plugin: { folder: "x" } }), true);
  for (const [name, value, expected] of LISTENERS) {
    const config = { extra_config: { [name]: value } };
    assertEquals(ownsOtherListeners(config), expected, name);
  }
});

Deno.test("every value has a path as Go writes it, in order", () => {
  const config = { a: [{ b: 1 }, 2], "c/d": { e: null } };
  const paths = [...valuesIn(config)].map(([path]) => path);
  assertEquals(paths, ["", "a", "a[0]", "a[0].b", "a[1]", "c/d", "c/d.e"]);
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
