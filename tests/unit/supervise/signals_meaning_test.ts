import { assertEquals } from "@std/assert";
import {
  listenForStops,
  requestOf,
  Signals,
  signalsOf,
  type SignalSystem,
} from "../../../lib/supervise/signals.ts";

/** A system whose signals a test sends by hand. */
function fakeSystem(os: typeof Deno.build.os, status?: string) {
  const listeners = new Map<string, () => void>();
  const system: SignalSystem = {
    os,
    listen: (signal, listener) => void listeners.set(signal, listener),
    readStatus: () => status,
  };
  const send = (signal: Deno.Signal) => listeners.get(signal)?.();
  return { system, send, heard: () => [...listeners.keys()].sort() };
}

Deno.test("on Linux and macOS, all signals that would end the program are heard from the start", () => {
  for (const os of ["linux", "darwin"] as const) {
    const { system, heard } = fakeSystem(os);
    new Signals(system);
    assertEquals(heard(), [
      "SIGHUP",
      "SIGINT",
      "SIGQUIT",
      "SIGTERM",
      "SIGUSR1",
      "SIGUSR2",
    ]);
  }
});

Deno.test("on Windows, only those are listened to that there are", () => {
  const { system, heard, send } = fakeSystem("windows");
  const signals = new Signals(system);
  assertEquals(heard(), ["SIGBREAK", "SIGINT"]);
  const told: string[] = [];
  signals.handle((signal) => told.push(signal));
  send("SIGBREAK");
  assertEquals(told, ["SIGBREAK"]);
});

Deno.test("a program that was started with SIGHUP ignored is immune to the end of its terminal", () => {
  const isImmune = (status?: string) =>
    new Signals(fakeSystem("linux", status).system).isImmuneToHangUp;
  assertEquals(
    isImmune("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000001\n"),
    true,
  );
  assertEquals(isImmune("SigIgn:\t0000000001001001\n"), true);
  assertEquals(isImmune("SigIgn:\t0000000001001000\n"), false);
  // Where the system does not tell.
  assertEquals(isImmune(undefined), false);
});

Deno.test("every signal has a meaning", () => {
  const first = { isLeaving: false, isInterrupted: false };
  const terminated = { isLeaving: true, isInterrupted: false };
  const interrupted = { isLeaving: true, isInterrupted: true };
  const signals = [...signalsOf("linux"), "SIGBREAK" as const];
  const meanings = signals.map((signal) => [
    signal,
    ...[first, terminated, interrupted].map((past) => requestOf(signal, past)),
  ]);
  assertEquals(meanings, [
    ["SIGTERM", "quit", "quit", "kill"],
    ["SIGINT", "quit", "kill", "kill"],
    ["SIGQUIT", "quit", "quit", "kill"],
    ["SIGHUP", "restart", "restart", "restart"],
    ["SIGUSR1", "restart", "restart", "restart"],
    ["SIGUSR2", "check", "check", "check"],
    ["SIGBREAK", "quit", "kill", "kill"],
  ]);
});

Deno.test("Ctrl-Z and its end are heard where there are jobs", () => {
  for (
    const [os, expected] of [
      ["linux", ["stop", "continue"]],
      ["darwin", ["stop", "continue"]],
      ["windows", []],
    ] as const
  ) {
    const told: string[] = [];
    const { system, send } = fakeSystem(os);
    listenForStops({
      onStop: () => told.push("stop"),
      onContinue: () => told.push("continue"),
    }, system);
    send("SIGTSTP");
    send("SIGCONT");
    assertEquals(told, [...expected]);
  }
});
