import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { endpointOf } from "../../../lib/krakend/endpoint.ts";

const NOTHING = { port: undefined, env: {} };

Deno.test("a gateway serves on 127.0.0.1:8080 and is asked for /__health unless it was told otherwise", () => {
  assertEquals(endpointOf({}, NOTHING), {
    hostname: "127.0.0.1",
    port: 8080,
    healthPath: "/__health",
  });
});

Deno.test("the port of the option wins over the environment, that over the file", () => {
  const config = { port: 1 };
  const env = { KRAKEND_PORT: "2" };
  const port = (config: unknown, overrides: Partial<typeof NOTHING>) =>
    endpointOf(config, { ...NOTHING, ...overrides }).port;
  assertEquals(port(config, {}), 1);
  assertEquals(port(config, { env }), 2);
  assertEquals(endpointOf(config, { port: 3, env }).port, 3);
});

Deno.test("a port that is none is left out of account", () => {
  for (const port of [0, -1, 65_536, 1.5, "x", null, {}, ""]) {
    assertEquals(endpointOf({ port }, NOTHING).port, 8080, String(port));
    const env = { KRAKEND_PORT: String(port) };
    assertEquals(endpointOf({ port: 9 }, { ...NOTHING, env }).port, 9);
  }
});

Deno.test("the address in the environment wins over the file", () => {
  const config = { "listen_ip": "10.0.0.1" };
  const hostname = (env: Record<string, string>) =>
    endpointOf(config, { ...NOTHING, env }).hostname;
  assertEquals(hostname({}), "10.0.0.1");
  assertEquals(hostname({ KRAKEND_LISTEN_IP: "" }), "10.0.0.1");
  assertEquals(hostname({ KRAKEND_LISTEN_IP: "10.0.0.2" }), "10.0.0.2");
});

Deno.test("a gateway that listens everywhere is asked on the loopback address", () => {
  const hostname = (listenIp: unknown) =>
    endpointOf({ "listen_ip": listenIp }, NOTHING).hostname;
  assertEquals(["0.0.0.0", "::", "", undefined, "::1"].map(hostname), [
    "127.0.0.1",
    "::1",
    "127.0.0.1",
    "127.0.0.1",
    "::1",
  ]);
});

Deno.test("the router names another health path, under each of its names", () => {
  const names = [
    "router",
    "github_com/luraproject/lura/router/gin",
    "github_com/devopsfaith/krakend/router/gin",
  ];
  for (const name of names) {
    const config = { "extra_config": { [name]: { "health_path": "/up" } } };
    assertEquals(endpointOf(config, NOTHING).healthPath, "/up", name);
  }
});

Deno.test("a gateway without a health endpoint is not asked for one", () => {
  const config = {
    "extra_config": {
      router: { "disable_health": true, "health_path": "/up" },
    },
  };
  assertEquals(endpointOf(config, NOTHING).healthPath, undefined);
});

Deno.test("a gateway that speaks TLS is not asked in plain text", () => {
  const healthPath = (tls: unknown) => endpointOf({ tls }, NOTHING).healthPath;
  assertEquals(healthPath({ "public_key": "a.pem" }), undefined);
  assertEquals(healthPath({}), undefined);
  assertEquals(healthPath({ disabled: true }), "/__health");
  assertEquals(healthPath(null), "/__health");
});

Deno.test("nothing is asked of a gateway whose configuration is not known", () => {
  assertEquals(endpointOf(undefined, NOTHING), {
    hostname: "127.0.0.1",
    port: 8080,
    healthPath: undefined,
  });
});

Deno.test("whatever a file holds, there is somewhere to ask", () => {
  const key = fc.constantFrom("port", "listen_ip", "tls", "extra_config");
  const inner = fc.dictionary(fc.constantFrom("router", "x"), fc.jsonValue());
  const config = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(key, fc.oneof(fc.jsonValue(), inner)),
  );
  fc.assert(fc.property(config, (config) => {
    const { hostname, port, healthPath } = endpointOf(config, NOTHING);
    assert(hostname.length > 0, "no hostname");
    assert(Number.isInteger(port) && port > 0 && port < 65_536, `${port}`);
    assert(healthPath === undefined || healthPath.length > 0, "empty path");
  }));
});
