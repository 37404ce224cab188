import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { differences } from "../../../lib/krakend/diff.ts";
import { withinAConstant } from "./bounded.ts";

const USERS = { endpoint: "/users", timeout: "2s" };
const ORDERS = { endpoint: "/orders", method: "POST" };
const SAME = ["the same settings, written otherwise"];

Deno.test("endpoints that come, go and change are named by method and path", () => {
  const before = { endpoints: [USERS, ORDERS] };
  const after = {
    endpoints: [{ endpoint: "/v2" }, { ...USERS, timeout: "3s" }],
  };
  assertEquals(differences(before, after), [
    "+1 endpoint GET /v2",
    "-1 endpoint POST /orders",
    "GET /users: timeout 2s → 3s",
  ]);
});

Deno.test("the order of endpoints is a difference, and room for another one is none", () => {
  const of = (...endpoints: unknown[]) => ({ endpoints });
  assertEquals(differences(of(USERS, ORDERS), of(ORDERS, USERS)), [
    "endpoints in another order",
  ]);
  const between = of(USERS, { endpoint: "/new" }, ORDERS);
  assertEquals(differences(of(USERS, ORDERS), between), [
    "+1 endpoint GET /new",
  ]);
});

Deno.test("other lists of objects are compared if they have as many", () => {
  const of = (...sizes: number[]) => ({
    tls: { sizes: sizes.map((size) => ({ size })) },
  });
  assertEquals(differences(of(1, 2, 3), of(1, 9, 3)), [
    "tls.sizes.2.size 2 → 9",
  ]);
  assertEquals(differences(of(1), of(1, 2)), ["tls.sizes changed"]);
});

Deno.test("a component is named by its own name, even if it is the first", () => {
  const extra_config = { "any/thing": { max_rate: 1 } };
  assertEquals(
    differences({ endpoints: [USERS] }, {
      endpoints: [{ ...USERS, extra_config }],
      extra_config,
    }),
    ["GET /users: any/thing added", "any/thing added"],
  );
});

Deno.test("the order of keys is no difference, nor is a list that is empty or not there", () => {
  assertEquals(differences({ a: 1, b: 2 }, { b: 2, a: 1 }), SAME);
  assertEquals(differences({ endpoints: [] }, {}), SAME);
});

Deno.test("of what may be secret, the names are shown and the values are not", () => {
  const config = (value: unknown) => ({
    extra_config: {
      "auth/signer": { alg: `RS${value}`, full: value === 1 },
      "auth/basic": { users: { ann: value } },
      "x/y": { headers: { "X-A": value }, apiKeys: { [`${value}`]: 1 } },
      "a/b": { size: value, name: value },
    },
  });
  assertEquals(differences(config(1), config(2)), [
    "auth/signer.alg changed",
    "auth/signer.full true → false",
    "auth/basic.users.ann changed",
    "x/y.headers.X-A changed",
    "x/y.apiKeys changed",
    "a/b.size 1 → 2",
    "a/b.name 1 → 2",
  ]);
});

Deno.test("a name that may be a key is not shown, nor does a name act on a terminal", () => {
  assertEquals(differences({}, { d41d8cd98f00b204: 1, "a\u001b[2J": 1 }), [
    "… added",
    "… added",
  ]);
});

Deno.test("a date, as YAML and TOML have it, is compared as a value", () => {
  assertEquals(differences({ a: new Date(0) }, { a: new Date(0) }), SAME);
  assertEquals(differences({ a: new Date(0) }, { a: new Date(1) }), [
    "a changed",
  ]);
});

Deno.test("endpoints of the same name are known by their order", () => {
  const after = { endpoints: [USERS, { ...USERS, timeout: "9s" }] };
  assertEquals(differences({ endpoints: [USERS, USERS] }, after), [
    "GET /users: timeout 2s → 9s",
  ]);
});

const A = { host: ["http://a"], url_pattern: "/x" };
const B = { host: ["http://b"], url_pattern: "/x" };

function ofBackends(before: unknown[], after: unknown[]): string[] {
  const [old, now] = [before, after].map((backend) => ({
    endpoints: [{ endpoint: "/users", backend }],
  }));
  return differences(old, now);
}

Deno.test("backends that come, go, change and move are named by host and path", () => {
  assertEquals(ofBackends([A], [B, A]), ["GET /users: +1 backend http://b/x"]);
  assertEquals(ofBackends([A, B], [B]), ["GET /users: -1 backend http://a/x"]);
  assertEquals(ofBackends([A, B], [A, { ...B, encoding: "xml" }]), [
    "GET /users backend http://b/x: encoding xml added",
  ]);
  assertEquals(ofBackends([A, B], [B, A]), [
    "GET /users: backend in another order",
  ]);
  assertEquals(ofBackends([A, A], [A, { ...A, group: "g" }]), [
    "GET /users backend http://a/x: group g added",
  ]);
  const host = ["http://me:pw@b"];
  assertEquals(ofBackends([A], [A, { host, url_pattern: "/x?key=1" }]), [
    "GET /users: +1 backend …/x…",
  ]);
});

Deno.test("the only backend needs no name, and may get another host or path", () => {
  assertEquals(ofBackends([A], [B]), [
    "GET /users backend: host [http://a] → [http://b]",
  ]);
  assertEquals(ofBackends([A], [{ ...A, url_pattern: "/y" }]), [
    "GET /users backend: url_pattern /x → /y",
  ]);
  assertEquals(ofBackends([A], [A, 5]), ["GET /users: backend changed"]);
});

Deno.test("async agents are named", () => {
  const agent = (timeout: string) => ({
    async_agent: [{ name: "mail", backend: [{ ...A, timeout }] }],
  });
  assertEquals(differences(agent("1s"), agent("2s")), [
    "agent mail backend: timeout 1s → 2s",
  ]);
  assertEquals(differences({}, agent("1s")), ["+1 agent mail"]);
});

Deno.test("many differences are counted", () => {
  const after = Object.fromEntries(
    Array.from({ length: 14 }, (_, i) => [`s${i}`, i]),
  );
  const lines = differences({}, after);
  assertEquals(lines.length, 11);
  assertEquals(lines.at(-1), "and 4 more");
});

Deno.test("whatever is compared, there are a few lines, and none if and only if nothing differs", () => {
  const key = fc.constantFrom(
    "endpoints",
    "backend",
    "a",
    "__proto__",
    "extra_config",
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<unknown>(null, 1, "x", true),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.dictionary(key, tie("tree")),
    ),
  }));
  fc.assert(fc.property(tree, tree, (before, after) => {
    const lines = differences(before, after);
    assert(lines.length > 0 && lines.length <= 11);
    assert(lines.every((line) => !line.includes("\n")));
    assertEquals(differences(before, structuredClone(before)), SAME);
  }));
});

Deno.test("what is nested without end is compared all the same", () => {
  let deep: unknown = 1;
  for (let i = 0; i < 20_000; i++) deep = { a: deep };
  assertEquals(differences({ x: deep }, { x: 1 }), ["x changed"]);
});

Deno.test("the time for differences grows with the configuration, and no faster", () => {
  withinAConstant((size) => () =>
    differences({ x: "a".repeat(100 * size) }, { x: "b".repeat(100 * size) })
  );
  const endpoints = (size: number, timeout: string) => ({
    endpoints: Array.from({ length: size / 100 }, (_, i) => ({
      ...{ endpoint: `/${i}`, timeout, backend: [A, B] },
    })),
  });
  withinAConstant((size) => {
    const [before, after] = [endpoints(size, "1s"), endpoints(size, "2s")];
    after.endpoints.reverse();
    return () => differences(before, after);
  });
});
