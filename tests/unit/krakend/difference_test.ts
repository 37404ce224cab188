import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { differencesOf } from "../../../lib/krakend/difference.ts";
import { describeDifferences } from "../../../lib/krakend/difference_text.ts";

function said(before: unknown, after: unknown): string[] {
  return describeDifferences(differencesOf(before, after));
}

const USERS = { endpoint: "/users", timeout: "2s" };
const ORDERS = { endpoint: "/orders", method: "POST" };

Deno.test("endpoints that come, go and change are told by method and path", () => {
  const before = { endpoints: [USERS, ORDERS] };
  const after = {
    endpoints: [{ endpoint: "/v2" }, { ...USERS, timeout: "3s" }],
  };
  assertEquals(said(before, after), [
    "+1 endpoint GET /v2",
    "-1 endpoint POST /orders",
    "GET /users: timeout 2s → 3s",
  ]);
});

Deno.test("endpoints in another order are told as just that", () => {
  assertEquals(
    said({ endpoints: [USERS, ORDERS] }, { endpoints: [ORDERS, USERS] }),
    ["endpoints in another order"],
  );
});

Deno.test("endpoints that only make room for another one are in the same order", () => {
  assertEquals(
    said({ endpoints: [USERS, ORDERS] }, {
      endpoints: [USERS, { endpoint: "/new" }, ORDERS],
    }),
    ["+1 endpoint GET /new"],
  );
});

Deno.test("other lists of objects are compared between what both begin and end with", () => {
  const keys = (...names: string[]) => ({
    tls: { certificates: names.map((file) => ({ file })) },
  });
  assertEquals(said(keys("a", "b", "c"), keys("a", "n", "b", "c")), [
    "tls.certificates.2 added",
  ]);
  assertEquals(said(keys("a", "b", "c"), keys("a", "x", "c")), [
    "tls.certificates.2.file b → x",
  ]);
});

Deno.test("of a list that is too long to be shown, it is told what came and what went", () => {
  const names = ["X-Request-Id", "X-Trace", "Accept", "Accept-Language"];
  assertEquals(
    said({ input_headers: names }, {
      input_headers: [...names.slice(1), "X-New"],
    }),
    ["input_headers +X-New -X-Request-Id"],
  );
});

Deno.test("the first component is told by its own name", () => {
  assertEquals(
    said({ endpoints: [USERS] }, {
      endpoints: [{ ...USERS, extra_config: { "qos/x": { max_rate: 1 } } }],
    }),
    ["GET /users: qos/x added"],
  );
});

Deno.test("the order of settings is no difference, nor is a list that is empty or not there", () => {
  assertEquals(said({ a: 1, b: 2 }, { b: 2, a: 1 }), []);
  assertEquals(said({ endpoints: [] }, {}), []);
});

Deno.test("of secrets it is told that they changed, and which", () => {
  const config = (secret: unknown) => ({
    extra_config: {
      "auth/signer": { alg: `RS${secret}`, secret_url: secret, full: true },
      "auth/basic": { users: { ann: secret } },
      "x/y": { headers: { "X-A": secret }, apiKeys: { [`${secret}`]: 1 } },
    },
  });
  assertEquals(said(config(256), config(384)), [
    "auth/signer.alg RS256 → RS384",
    "auth/signer.secret_url changed",
    "auth/basic.users.ann changed",
    "x/y.headers.X-A changed",
    "x/y.apiKeys changed",
  ]);
});

Deno.test("a date, as YAML and TOML have it, is compared as a value", () => {
  const [old, now] = [new Date(0), new Date(1)];
  assertEquals(differencesOf({ a: old }, { a: new Date(0) }), []);
  assertEquals(said({ a: old }, { a: now }), ["a changed"]);
});

Deno.test("endpoints of the same name are told apart by their order", () => {
  const after = { endpoints: [USERS, { ...USERS, timeout: "9s" }] };
  assertEquals(said({ endpoints: [USERS, USERS] }, after), [
    "GET /users: timeout 2s → 9s",
  ]);
});

Deno.test("settings of the gateway and of its components are told by their names", () => {
  const before = { port: 1, extra_config: { "qos/x": { max_rate: 1 } } };
  const after = {
    port: 2,
    extra_config: { "qos/x": { max_rate: 5 }, "router": {} },
  };
  assertEquals(said(before, after), [
    "port 1 → 2",
    "qos/x.max_rate 1 → 5",
    "router added",
  ]);
});

Deno.test("comments are told once, and only if nothing else has changed", () => {
  assertEquals(said({ "@a": 1, $b: 1 }, { "@a": 2, $b: 2 }), ["comments only"]);
  assertEquals(said({ "@a": 1, port: 1 }, { "@a": 2, port: 2 }), [
    "port 1 → 2",
  ]);
});

Deno.test("where names are the user's, none is a comment", () => {
  assertEquals(
    said({ mapping: { _id: "a" } }, { mapping: { _id: "b" } }),
    ["mapping._id a → b"],
  );
});

Deno.test("programs, long texts and what may hold a key in a URL are not shown", () => {
  assertEquals(said({ pre: "a()" }, { pre: "b()" }), ["pre changed"]);
  assertEquals(said({ url: "/a?k=1" }, { url: "/a?k=2" }), ["url changed"]);
  const [line = ""] = said({ name: "a" }, { name: "x".repeat(500) });
  assert(line.length < 60, line);
});

Deno.test("many differences are counted", () => {
  const after = Object.fromEntries(
    Array.from({ length: 14 }, (_, i) => [`s${i}`, i]),
  );
  const lines = said({}, after);
  assertEquals(lines.length, 11);
  assertEquals(lines.at(-1), "and 4 more");
});

const anyConfig = fc.record({
  port: fc.option(fc.nat(9)),
  "my token": fc.constantFrom("MARKER-1", "MARKER-2"),
  extra_config: fc.record({
    "qos/x": fc.jsonValue(),
    headers: fc.constantFrom("MARKER-3", "MARKER-4"),
    "auth/signer": fc.record({ password: fc.constantFrom("MARKER-7", 8) }),
  }, { requiredKeys: [] }),
  endpoints: fc.oneof(
    fc.jsonValue(),
    fc.array(
      fc.record({
        endpoint: fc.constantFrom("/a", "/b", "/c"),
        timeout: fc.jsonValue(),
        backend: fc.array(fc.jsonValue(), { maxLength: 3 }),
      }),
      { maxLength: 4 },
    ),
  ),
}, { requiredKeys: [] });

/** Whether a way leads to something. */
function exists(config: unknown, path: readonly (string | number)[]): boolean {
  let value = config;
  for (const key of path) {
    if (typeof value !== "object" || value === null) return false;
    if (!Object.hasOwn(value, key)) return false;
    value = (value as Record<string | number, unknown>)[key];
  }
  return true;
}

Deno.test("a configuration does not differ from itself", () => {
  fc.assert(fc.property(fc.oneof(anyConfig, fc.jsonValue()), (config) => {
    assertEquals(differencesOf(config, structuredClone(config)), []);
  }));
});

Deno.test("every way that is reported exists, in the old configuration for what was removed", () => {
  fc.assert(fc.property(anyConfig, anyConfig, (before, after) => {
    for (const { kind, path } of differencesOf(before, after)) {
      assert(
        exists(kind === "removed" ? before : after, path),
        `${kind} ${JSON.stringify(path)}`,
      );
    }
  }));
});

Deno.test("what is described is one line each, and never a secret", () => {
  fc.assert(fc.property(anyConfig, anyConfig, (before, after) => {
    const marked = describeDifferences(differencesOf(before, {
      ...after,
      extra_config: { password: "MARKER-5", headers: { a: ["MARKER-6"] } },
    }));
    assert(marked.length <= 11);
    for (const line of marked) {
      assert(!line.includes("\n") && !line.includes("MARKER"), line);
    }
  }));
});

Deno.test("what is nested without end is compared all the same", () => {
  let deep: unknown = 1;
  for (let i = 0; i < 20_000; i++) deep = { a: deep };
  assertEquals(differencesOf({ x: deep }, { x: 1 }).length, 1);
});
