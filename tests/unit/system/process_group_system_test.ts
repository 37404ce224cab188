import { assertEquals, assertThrows } from "@std/assert";
import {
  groupGone,
  type ProcessSystem,
  signalGroup,
} from "../../../lib/system/process_group.ts";

/** A system that notes what is asked of it. */
function fakeSystem(
  os: typeof Deno.build.os,
  changes: Partial<ProcessSystem> = {},
) {
  const done: string[] = [];
  const system: ProcessSystem = {
    os,
    kill: (pid, signal) => void done.push(`${signal} ${pid}`),
    exists: () => false,
    run: (program, args) => void done.push([program, ...args].join(" ")),
    ...changes,
  };
  return { system, done };
}

Deno.test("on Linux and macOS, a signal goes to the whole group", () => {
  for (const os of ["linux", "darwin"] as const) {
    const { system, done } = fakeSystem(os);
    signalGroup(42, "SIGTERM", system);
    signalGroup(42, "SIGSTOP", system);
    assertEquals(done, ["SIGTERM -42", "SIGSTOP -42"]);
  }
});

Deno.test("on Windows, a program and all that it has started is ended, and nothing is stopped", () => {
  const { system, done } = fakeSystem("windows");
  signalGroup(42, "SIGTERM", system);
  signalGroup(42, "SIGSTOP", system);
  signalGroup(42, "SIGCONT", system);
  signalGroup(42, "SIGKILL", system);
  assertEquals(done, ["taskkill /T /F /PID 42", "taskkill /T /F /PID 42"]);
});

Deno.test("who has gone or has more rights than we have is no fault, anything else is", () => {
  const failing = (error: Error) =>
    fakeSystem("linux", {
      kill: () => {
        throw error;
      },
    }).system;
  signalGroup(42, "SIGTERM", failing(new Deno.errors.NotFound()));
  signalGroup(42, "SIGTERM", failing(new Deno.errors.PermissionDenied()));
  assertThrows(() => signalGroup(42, "SIGTERM", failing(new Error("no"))));
});

Deno.test("on macOS, a group is waited for as long as a member is there", async () => {
  let looks = 0;
  const { system, done } = fakeSystem("darwin", { exists: () => ++looks < 3 });
  await groupGone(42, 10_000, system);
  assertEquals([looks, done], [3, []]);
});

Deno.test("on macOS, a group that stays too long is killed", async () => {
  let isKilled = false;
  const { system } = fakeSystem("darwin", {
    exists: () => !isKilled,
    kill: (pid, signal) => {
      assertEquals([pid, signal], [-42, "SIGKILL"]);
      isKilled = true;
    },
  });
  await groupGone(42, 0, system);
  assertEquals(isKilled, true);
});

Deno.test("on Windows, nobody is waited for who cannot be found", async () => {
  const { system } = fakeSystem("windows", { exists: () => true });
  await groupGone(42, 10_000, system);
});
