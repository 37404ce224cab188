import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { groupGone, signalGroup } from "../../../lib/system/process_group.ts";
import {
  isRunning,
  readNumbers,
  soon,
  until,
  withFolder,
  writeScript,
} from "../support.ts";

/** Runs a script as the leader of a group, and waits until it noted so many numbers. */
function withGroup(
  body: string,
  count: number,
  test: (leader: Deno.ChildProcess, pids: number[]) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    const notes = join(folder, "notes");
    const leader = new Deno.Command(await writeScript(folder, "script", body), {
      env: { NOTES: notes },
      detached: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      await until(
        `the script noted ${count} numbers`,
        async () => (await readNumbers(notes)).length === count,
      );
      await test(leader, await readNumbers(notes));
    } finally {
      signalGroup(leader.pid, "SIGKILL");
      await leader.status;
    }
  });
}

const TWO_PROCESSES = 'sleep 600 & echo $! > "$NOTES"; wait';
const STUBBORN =
  'trap "" TERM; sleep 600 & echo $! > "$NOTES"; while :; do wait; done';

Deno.test("signalGroup() reaches all processes of the group", () =>
  withGroup(TWO_PROCESSES, 1, async (leader, [child = 0]) => {
    signalGroup(leader.pid, "SIGTERM");
    assertEquals((await leader.status).signal, "SIGTERM");
    await until("the child is gone", async () => !await isRunning(child));
  }));

Deno.test("signalGroup() does nothing for a group that is gone", () =>
  withGroup('echo 1 > "$NOTES"', 1, async (leader) => {
    await leader.status;
    signalGroup(leader.pid, "SIGTERM");
  }));

Deno.test("groupGone() waits for those that leave by themselves", () =>
  withGroup(TWO_PROCESSES, 1, async (leader, [child = 0]) => {
    let isGone = false;
    const gone = groupGone(leader.pid, 10_000).then(() => isGone = true);
    Deno.kill(leader.pid, "SIGTERM");
    await leader.status;
    assertEquals([isGone, await isRunning(child)], [false, true]);
    Deno.kill(child, "SIGTERM");
    await soon("the group is gone", gone);
    assertEquals(await isRunning(child), false);
  }));

Deno.test("groupGone() kills those that stay too long", () =>
  withGroup(STUBBORN, 1, async (leader, [child = 0]) => {
    await soon("the group is gone", groupGone(leader.pid, 50));
    assertEquals((await leader.status).signal, "SIGKILL");
    assertEquals(await isRunning(child), false);
  }));

Deno.test("groupGone() does not wait for a dead process that nobody waits for", () => {
  // By setsid the parent leaves the group; as sleep, it never waits for its child.
  const parent =
    'sleep 0.1 & echo $! >> "$NOTES"; echo $$ >> "$NOTES"; exec setsid sleep 600';
  const script = `sh -c '${parent}' &`;
  return withGroup(script, 2, async (leader, [child = 0, parent = 0]) => {
    try {
      await leader.status;
      await until("the child is dead", async () => !await isRunning(child));
      await soon("the group is gone", groupGone(leader.pid, 10_000));
      // Were it not there any more, this test would prove nothing.
      Deno.kill(child, "SIGCONT");
    } finally {
      Deno.kill(parent, "SIGKILL");
    }
  });
});
