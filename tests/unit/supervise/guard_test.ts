import { assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { Guard } from "../../../lib/supervise/guard.ts";
import { isRunning, until, withFolder, writeScript } from "../support.ts";

const HAS_SHELL = Deno.build.os !== "windows";
const MODULE = new URL("../../../lib/supervise/guard.ts", import.meta.url);

/** Starts a script in a group of its own. */
async function startGroup(folder: string, body: string) {
  const child = new Deno.Command(await writeScript(folder, "group", body), {
    detached: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  return child;
}

/** A program that watches over groups, and does nothing else. */
function startGuarded(
  text: string,
  { temporary, graceMs }: { temporary: string; graceMs: number },
) {
  const script = `import { Guard } from "${MODULE}";
    const guard = new Guard(${JSON.stringify({ temporary, graceMs })});
    ${text}
    setTimeout(() => console.log("up"), 100);
    setInterval(() => {}, 1_000);`;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", "--no-lock", "--ext=ts", script],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

/** Waits until a program has printed something, and kills it. */
async function killWhenUp(child: Deno.ChildProcess): Promise<void> {
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
}

Deno.test(
  "when a program is killed, what it watches over is ended, and its folder is removed",
  {
    ignore: !HAS_SHELL,
  },
  () =>
    withFolder(async (folder) => {
      const temporary = `${folder}/a folder`;
      await Deno.mkdir(`${temporary}/sub`, { recursive: true });
      const kept = await startGroup(folder, "exec sleep 600");
      const ended = await startGroup(folder, "sleep 600 & wait");
      try {
        await killWhenUp(startGuarded(
          `guard.add(${kept.pid}); guard.add(${ended.pid}); guard.remove(${kept.pid});`,
          { temporary, graceMs: 10_000 },
        ));
        assertEquals((await ended.status).signal, "SIGTERM");
        await until("the folder is gone", async () => !await exists(temporary));
        assertEquals(await isRunning(kept.pid), true);
      } finally {
        kept.kill("SIGKILL");
        await kept.status;
      }
    }),
);

Deno.test(
  "what a killed program watched over and does not leave in time is killed",
  {
    ignore: !HAS_SHELL,
  },
  () =>
    withFolder(async (folder) => {
      const ready = `${folder}/ready`;
      const stubborn = await startGroup(
        folder,
        `trap "" TERM; : > ${ready}; while :; do sleep 0.1; done`,
      );
      await until("it is ready", () => exists(ready));
      await killWhenUp(startGuarded(`guard.add(${stubborn.pid});`, {
        temporary: `${folder}/none`,
        graceMs: 300,
      }));
      assertEquals((await stubborn.status).signal, "SIGKILL");
    }),
);

Deno.test(
  "a guard that is dismissed ends nothing",
  { ignore: !HAS_SHELL },
  () =>
    withFolder(async (folder) => {
      const group = await startGroup(folder, "exec sleep 600");
      {
        await using guard = new Guard({
          temporary: `${folder}/none`,
          graceMs: 0,
        });
        guard.add(group.pid);
      }
      assertEquals(await isRunning(group.pid), true);
      group.kill("SIGKILL");
      await group.status;
    }),
);

Deno.test("on Windows and as process 1 there is no guard", async () => {
  for (
    const system of [
      { os: "windows", pid: 7 },
      { os: "linux", pid: 1 },
    ] as const
  ) {
    await using guard = new Guard({ temporary: "/none", graceMs: 0, system });
    guard.add(7);
    guard.remove(7);
    assertEquals(guard.isThere, false);
  }
});
