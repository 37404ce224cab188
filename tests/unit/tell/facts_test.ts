import { assertEquals } from "@std/assert";
import { tellFact } from "../../../lib/tell/facts.ts";
import type { Fact } from "../../../lib/supervise/happening.ts";
import { told } from "../told.ts";

function sayFact(fact: Fact): string {
  return told((report) => tellFact(report, fact));
}

function sayExit(exit: Pick<Fact & { kind: "exited" }, "exit" | "retryMs">) {
  return sayFact({
    kind: "exited",
    ...exit,
    sequel: "restart",
    lastLines: [],
    isOutdated: false,
  });
}

Deno.test("readiness says how long nobody listened, if somebody did before", () => {
  assertEquals(
    sayFact({
      kind: "ready",
      pid: 7,
      version: "newest",
      bootMs: 58,
      gapMs: undefined,
    }),
    "info: ready in 58 ms",
  );
  assertEquals(
    sayFact({
      kind: "ready",
      pid: 7,
      version: "newest",
      bootMs: 58,
      gapMs: 1_449,
    }),
    "info: ready in 58 ms, nobody listened for 1.4 s",
  );
});

Deno.test("an exit that nobody asked for is an error that says how and what follows", () => {
  assertEquals(
    sayExit({ exit: { code: 0, signal: null }, retryMs: 500 }),
    "error: the gateway left with code 0, unasked; next start in 500 ms, or at the next change",
  );
  const exit = { code: 137, signal: "SIGKILL" } as const;
  assertEquals(
    sayExit({ exit, retryMs: 30_000 }),
    "error: the gateway was ended by SIGKILL, unasked; next start in 30.0 s, or at the next change",
  );
});

Deno.test("a start that failed is an error with its reason", () => {
  const error = new Error("text file busy");
  assertEquals(
    sayFact({ kind: "start failed", error, sequel: "restart", retryMs: 1_000 }),
    "error: cannot start the gateway: text file busy; next start in 1.0 s, or at the next change",
  );
});

Deno.test("what is only good to know is for the verbose, and a kill is a warning", () => {
  assertEquals(
    [
      sayFact({ kind: "started", pid: 7 }),
      sayFact({ kind: "terminating", pid: 7 }),
      sayFact({ kind: "killing", pid: 7 }),
    ],
    [
      "debug: gateway started (process 7)",
      "debug: sent SIGTERM to the gateway (process 7)",
      "warn: killing the gateway (process 7)",
    ],
  );
});

Deno.test("an exit while the files were changing is no error", () => {
  const exit = { code: 255, signal: null };
  assertEquals(
    sayFact({
      kind: "exited",
      exit,
      sequel: "restart",
      retryMs: 500,
      lastLines: [],
      isOutdated: true,
    }),
    "info: the files changed while the gateway was starting, and it left with code 255; " +
      "next start in 500 ms, or at the next change",
  );
});

Deno.test("a gateway that went back is told with the line of its log that says why", () => {
  const fact = {
    kind: "restoring",
    end: { code: 0, signal: null },
    isOutdated: false,
    lastLines: [
      "ERROR: listen tcp http://admin:s3cr3t@127.0.0.1:80: bind: address already in use",
      "INFO: bye",
    ],
  } as const;
  assertEquals(
    sayFact(fact),
    [
      "error: the new configuration does not become ready: the gateway left with code 0; going back to the last configuration that worked, the new one is tried again at the next change",
      "it said: ERROR: listen tcp http://***@127.0.0.1:80: bind: address already in use",
    ].join("\n"),
  );
});

Deno.test("a gateway that went back because the files were being written is nobody's fault", () => {
  const fact = {
    kind: "restoring",
    end: { code: 255, signal: null },
    isOutdated: true,
    lastLines: [],
  } as const;
  assertEquals(
    sayFact(fact),
    "info: the files changed while the gateway was starting, and it left with code 255; going back to the last configuration that worked",
  );
});

Deno.test("a gateway that was never touched is told to go on, and when the new one is tried again", () => {
  const fact = {
    kind: "abandoned",
    end: undefined,
    isOutdated: false,
    lastLines: [],
  } as const;
  const began =
    "error: the new configuration does not become ready: the gateway did not answer in time; the one that runs goes on, the new one is tried again ";
  assertEquals(
    sayFact({ ...fact, retryMs: undefined }),
    `${began}at the next change`,
  );
  assertEquals(
    sayFact({ ...fact, retryMs: 500 }),
    `${began}in 500 ms, or at the next change`,
  );
});

Deno.test("what follows an exit is told: another start, a wait or our own end", () => {
  const exit = { code: 3, signal: null };
  const rest = { retryMs: 0, lastLines: [], isOutdated: false };
  const say = (sequel: "wait" | "leave") =>
    sayFact({ kind: "exited", exit, sequel, ...rest }).split("; ").at(-1);
  assertEquals(say("wait"), "next start at the next change");
  assertEquals(say("leave"), "leaving, too");
});
