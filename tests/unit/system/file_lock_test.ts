import FakeTimers from "@sinonjs/fake-timers";
import { assertEquals, assertRejects } from "@std/assert";
import { isLocked, whenFree } from "../../../lib/system/file_lock.ts";

/** What Deno throws on Windows for a file that an editor keeps for itself. */
const LOCKED = new Error(
  "The process cannot access the file because it is being used by another process. (os error 32): readfile 'krakend.json'",
);

/** Plays an action that fails so many times, in fake time. */
async function play(
  { failures, error = LOCKED, os = "windows" }: {
    failures: number;
    error?: Error;
    os?: typeof Deno.build.os;
  },
) {
  const clock = FakeTimers.install({
    toFake: ["setTimeout", "clearTimeout", "performance"],
  });
  let tries = 0;
  const act = () =>
    ++tries <= failures ? Promise.reject(error) : Promise.resolve("text");
  const result = whenFree(act, os);
  result.catch(() => {});
  try {
    await clock.tickAsync(5_000);
    return { result, tries: () => tries };
  } finally {
    clock.uninstall();
  }
}

Deno.test("a file that is locked while it is saved is read when it is free", async () => {
  const { result, tries } = await play({ failures: 10 });
  assertEquals([await result, tries()], ["text", 11]);
});

Deno.test("a file that stays locked is a fault after a second", async () => {
  const { result } = await play({ failures: Infinity });
  await assertRejects(() => result, Error, "os error 32");
});

Deno.test("any other fault is one at once", async () => {
  const error = new Deno.errors.NotFound("no such file");
  const { result, tries } = await play({ failures: Infinity, error });
  await assertRejects(() => result, Deno.errors.NotFound);
  assertEquals(tries(), 1);
});

Deno.test("only Windows locks files against readers", async () => {
  for (const os of ["linux", "darwin"] as const) {
    assertEquals(isLocked(LOCKED, os), false);
    const { tries } = await play({ failures: Infinity, os });
    assertEquals(tries(), 1);
  }
  assertEquals(isLocked(new Deno.errors.Busy(), "windows"), true);
  assertEquals(
    isLocked(Object.assign(new Error(), { code: "EBUSY" }), "windows"),
    true,
  );
  assertEquals(isLocked("os error 32", "windows"), false);
});
