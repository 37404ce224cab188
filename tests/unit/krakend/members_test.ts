import { assertEquals } from "@std/assert";
import { differencesOf } from "../../../lib/krakend/difference.ts";
import { describeDifferences } from "../../../lib/krakend/difference_text.ts";

function said(before: unknown, after: unknown): string[] {
  return describeDifferences(differencesOf(before, after));
}

const A = { host: ["http://a"], url_pattern: "/x" };
const B = { host: ["http://b"], url_pattern: "/x" };

function saidOfBackends(before: unknown[], after: unknown[]): string[] {
  const [old, now] = [before, after].map((backend) => ({
    endpoints: [{ endpoint: "/users", backend }],
  }));
  return said(old, now);
}

Deno.test("backends that come, go, change and move are told by host and path", () => {
  assertEquals(saidOfBackends([A], [B, A]), [
    "GET /users: +1 backend http://b/x",
  ]);
  assertEquals(saidOfBackends([A, B], [B]), [
    "GET /users: -1 backend http://a/x",
  ]);
  assertEquals(saidOfBackends([A, B], [A, { ...B, encoding: "xml" }]), [
    "GET /users backend http://b/x: encoding xml added",
  ]);
  assertEquals(saidOfBackends([A, B], [B, A]), [
    "GET /users: backend in another order",
  ]);
});

Deno.test("the only backend needs no name, and may get another host or path", () => {
  assertEquals(saidOfBackends([A], [B]), [
    "GET /users backend: host [http://a] → [http://b]",
  ]);
  assertEquals(saidOfBackends([A], [{ ...A, url_pattern: "/y" }]), [
    "GET /users backend: url_pattern /x → /y",
  ]);
});

Deno.test("backends are told without what their addresses hold", () => {
  const host = ["http://me:pw@b"];
  assertEquals(saidOfBackends([A], [A, { host, url_pattern: "/x?key=1" }]), [
    "GET /users: +1 backend http://***@b/x?…",
  ]);
});

Deno.test("the backends of async agents are told by the agent's name", () => {
  const agent = (timeout: string) => ({
    async_agent: [{ name: "mail", backend: [{ ...A, timeout }] }],
  });
  assertEquals(said(agent("1s"), agent("2s")), [
    "agent mail backend: timeout 1s → 2s",
  ]);
  assertEquals(said({}, agent("1s")), ["+1 agent mail"]);
});

Deno.test("of backends with the same host and path, the first is the first", () => {
  assertEquals(saidOfBackends([A, A], [A, { ...A, group: "g" }]), [
    "GET /users backend http://a/x: group g added",
  ]);
});

Deno.test("a backend that is not as KrakenD wants it is compared all the same", () => {
  assertEquals(saidOfBackends([A], [A, 5]), ["GET /users: backend changed"]);
  assertEquals(
    saidOfBackends([{ host: 1 }], [{ host: 2 }]),
    ["GET /users backend: host 1 → 2"],
  );
});
