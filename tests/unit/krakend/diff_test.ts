import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { differences } from "../../../lib/krakend/diff.ts";

const USERS = { endpoint: "/users", timeout: "2s" };
const ORDERS = { endpoint: "/orders", method: "POST" };
const A = { host: ["http://a"], url_pattern: "/x" };
const B = { host: ["http://b"], url_pattern: "/x" };
const RATE = { extra_config: { "any/thing": { max_rate: 1 } } };
const SAME = ["the same settings, written otherwise"];

const of = (...endpoints: unknown[]) => ({ endpoints });
const withBackends = (...backend: unknown[]) => of({ ...USERS, backend });
const withSizes = (...sizes: number[]) => ({
  tls: { sizes: sizes.map((size) => ({ size })) },
});
const withAgent = (timeout: string) => ({
  async_agent: [{ name: "mail", backend: [{ ...A, timeout }] }],
});
/** Values that may be secret, and some that are not. */
const withValues = (value: unknown) => ({
  extra_config: {
    "auth/signer": { alg: `RS${value}`, full: value === 1 },
    "auth/basic": { users: { ann: value } },
    "x/y": { headers: { "X-A": value }, apiKeys: { [`${value}`]: 1 } },
    "a/b": { size: value, name: value },
  },
});

/** What differs, before and after, and the lines for it. */
// deno-fmt-ignore
const CASES: Readonly<Record<string, readonly (readonly [unknown, unknown, string[]])[]>> = {
  "endpoints are named by method and path": [
    [of(USERS, ORDERS), of({ endpoint: "/v2" }, { ...USERS, timeout: "3s" }), ["+1 endpoint GET /v2", "-1 endpoint POST /orders", "GET /users: timeout 2s → 3s"]],
    [of(USERS, USERS), of(USERS, { ...USERS, timeout: "9s" }), ["GET /users: timeout 2s → 9s"]],
  ],
  "the order of endpoints is a difference, and room for another one is none": [
    [of(USERS, ORDERS), of(ORDERS, USERS), ["endpoints in another order"]],
    [of(USERS, ORDERS), of(USERS, { endpoint: "/new" }, ORDERS), ["+1 endpoint GET /new"]],
  ],
  "other lists of objects are compared if they have as many": [
    [withSizes(1, 2, 3), withSizes(1, 9, 3), ["tls.sizes.2.size 2 → 9"]],
    [withSizes(1), withSizes(1, 2), ["tls.sizes changed"]],
  ],
  "a component is named by its own name, even if it is the first": [
    [of(USERS), { ...of({ ...USERS, ...RATE }), ...RATE }, ["GET /users: any/thing added", "any/thing added"]],
  ],
  "the order of keys is no difference, nor is a list that is empty or not there": [
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, SAME],
    [of(), {}, SAME],
  ],
  "of what may be secret, the names are shown and the values are not": [
    [withValues(1), withValues(2), [
      "auth/signer.alg changed", "auth/signer.full true → false", "auth/basic.users.ann changed",
      "x/y.headers.X-A changed", "x/y.apiKeys changed", "a/b.size 1 → 2", "a/b.name 1 → 2",
    ]],
    [{}, { d41d8cd98f00b204: 1, "a\u001b[2J": 1 }, ["… added", "… added"]],
  ],
  "a date, as YAML and TOML have it, is compared as a value": [
    [{ a: new Date(0) }, { a: new Date(0) }, SAME],
    [{ a: new Date(0) }, { a: new Date(1) }, ["a changed"]],
  ],
  "backends are named by host and path": [
    [withBackends(A), withBackends(B, A), ["GET /users: +1 backend http://b/x"]],
    [withBackends(A, B), withBackends(B), ["GET /users: -1 backend http://a/x"]],
    [withBackends(A, B), withBackends(A, { ...B, encoding: "xml" }), ["GET /users backend http://b/x: encoding xml added"]],
    [withBackends(A, B), withBackends(B, A), ["GET /users: backend in another order"]],
    [withBackends(A, A), withBackends(A, { ...A, group: "g" }), ["GET /users backend http://a/x: group added"]],
    [withBackends(A), withBackends(A, { host: ["http://me:pw@b"], url_pattern: "/x?key=1" }), ["GET /users: +1 backend …/x…"]],
  ],
  "the only backend needs no name, and may get another host or path": [
    [withBackends(A), withBackends(B), ["GET /users backend: host [http://a] → [http://b]"]],
    [withBackends(A), withBackends({ ...A, url_pattern: "/y" }), ["GET /users backend: url_pattern /x → /y"]],
    [withBackends(A), withBackends(A, 5), ["GET /users: backend changed"]],
  ],
  "async agents are named": [
    [withAgent("1s"), withAgent("2s"), ["agent mail backend: timeout 1s → 2s"]],
    [{}, withAgent("1s"), ["+1 agent mail"]],
  ],
};

for (const [sentence, rows] of Object.entries(CASES)) {
  Deno.test(sentence, () => {
    for (const [before, after, lines] of rows) {
      assertEquals(differences(before, after), lines);
    }
  });
}

Deno.test("many differences are counted", () => {
  const after = Object.fromEntries([..."abcdefghijklmn"].map((it) => [it, 1]));
  const lines = differences({}, after);
  assertEquals([lines.length, lines.at(-1)], [11, "and 4 more"]);
});

Deno.test("whatever is compared, there are a few lines, and none if and only if nothing differs", () => {
  const key = fc.constantFrom(
    ...["endpoints", "backend", "a", "__proto__", "extra_config"],
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
