import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { EventCommand, MOST_WAITING } from "../../../lib/tell/event_command.ts";
import { type EventRecord, recordOf } from "../../../lib/events.ts";
import { reporterOf } from "../../../lib/report.ts";
import { isRunning, readNumbers, soon, until, withFolder } from "../support.ts";

const ignore = Deno.build.os === "windows";

/** A command of --on-event, and what is told about it. */
function start(
  command: string,
  options: { timeoutMs?: number; graceMs?: number } = {},
) {
  const told: EventRecord[] = [];
  const report = reporterOf((record) => {
    told.push(record);
  });
  const env = {
    PATH: "/usr/bin:/bin",
    KRAKEND_WATCH_ON_EVENT: command,
    KRAKEND_TIMEOUT: "3s",
  };
  const eventCommand = new EventCommand({
    command,
    env,
    report,
    graceMs: 20_000,
    ...options,
  });
  return { eventCommand, told };
}

function ready(bootMs = 55): EventRecord {
  const event = { event: "ready", pid: 7, boot_ms: bootMs } as const;
  return recordOf("info", "ready", { ...event, configuration: "newest" });
}

async function linesOf(path: string): Promise<string[]> {
  return (await Deno.readTextFile(path)).split("\n").slice(0, -1);
}

Deno.test(
  "the command gets the name in its environment and the event as JSON",
  {
    ignore,
  },
  () =>
    withFolder(async (folder) => {
      const { eventCommand, told } = start(
        `cd ${folder}; cat > event; env > environment`,
      );
      const event = ready();
      eventCommand.tell(event);
      await eventCommand[Symbol.asyncDispose]();
      const [line = "", ...rest] = await linesOf(join(folder, "event"));
      assertEquals(JSON.parse(line), event);
      assertEquals(rest, []);
      const variables = await linesOf(join(folder, "environment"));
      assertEquals(variables.filter((it) => it.startsWith("KRAKEND_WATCH_")), [
        "KRAKEND_WATCH_EVENT=ready",
      ]);
      assert(variables.includes("KRAKEND_TIMEOUT=3s"));
      assertEquals(told, []);
    }),
);

Deno.test(
  "a burst of 100 events is told one at a time, in order, and all of it",
  {
    ignore,
  },
  () =>
    withFolder(async (folder) => {
      // A second one that runs meanwhile would find the lock.
      const { eventCommand, told } = start(
        `cd ${folder}; mkdir lock || exit 1
       sed 's/.*boot_ms":\\([0-9]*\\).*/\\1/' >> numbers; rmdir lock`,
      );
      const numbers = Array.from({ length: 100 }, (_, i) => i);
      for (const number of numbers) eventCommand.tell(ready(number));
      await soon("all was told", eventCommand[Symbol.asyncDispose]());
      assertEquals(await readNumbers(join(folder, "numbers")), numbers);
      assertEquals(told, []);
    }),
);

Deno.test(
  "a command that hangs is killed after its time with all that it has started, and the next event is told",
  {
    ignore,
  },
  () =>
    withFolder(async (folder) => {
      const { eventCommand, told } = start(
        `cd ${folder}; trap '' TERM
       [ -e pids ] && { echo 1 > second; exit; }
       sh -c 'trap "" TERM; echo $$ >> pids; sleep 1000' &
       echo $$ >> pids; wait`,
        { timeoutMs: 2_000 },
      );
      eventCommand.tell(ready());
      const pidsOf = () => readNumbers(join(folder, "pids"));
      await until(
        "both have started",
        async () => (await pidsOf()).length === 2,
      );
      eventCommand.tell(ready());
      const second = join(folder, "second");
      await until(
        "the next event is told",
        async () => (await readNumbers(second)).length === 1,
      );
      for (const pid of await pidsOf()) {
        await until(`${pid} is gone`, async () => !await isRunning(pid));
      }
      await eventCommand[Symbol.asyncDispose]();
      assertEquals(told.map(({ level, event }) => [level, event]), [
        ["warning", "on_event_failed"],
      ]);
      assert(told[0]?.message.includes("was killed after 2 s"));
    }),
);

Deno.test(
  "a command that does not read its input does no harm, however long the event is",
  {
    ignore,
  },
  async () => {
    const { eventCommand, told } = start("exec 0<&-; exit 0");
    const reason = "x".repeat(1_000_000);
    eventCommand.tell(
      recordOf("error", "m", { event: "start_failed", reason, next: "wait" }),
    );
    eventCommand.tell(ready());
    await soon("both were told", eventCommand[Symbol.asyncDispose]());
    assertEquals(told, []);
  },
);

Deno.test("a failure is a warning once, and a detail from then on", {
  ignore,
}, async () => {
  const { eventCommand, told } = start("exit 3");
  for (let i = 0; i < 3; i++) eventCommand.tell(ready());
  await eventCommand[Symbol.asyncDispose]();
  assertEquals(told.map(({ level, exit_code }) => [level, exit_code]), [
    ["warning", 3],
    ["debug", 3],
    ["debug", 3],
  ]);
  assertEquals(
    told[0]?.message,
    'the command of --on-event left with code 3 (for the event "ready"); this is told once',
  );
});

Deno.test(
  "a command that a signal ends has failed, too",
  { ignore },
  async () => {
    const { eventCommand, told } = start("kill -9 $$");
    eventCommand.tell(ready());
    await eventCommand[Symbol.asyncDispose]();
    assertEquals(told.map(({ signal }) => signal), ["SIGKILL"]);
  },
);

Deno.test(
  "of more events than may wait, the oldest are left out, and that is told",
  {
    ignore,
  },
  () =>
    withFolder(async (folder) => {
      const { eventCommand, told } = start(
        `cd ${folder}; sed 's/.*boot_ms":\\([0-9]*\\).*/\\1/' >> numbers`,
      );
      const count = MOST_WAITING + 5;
      for (let i = 0; i < count; i++) eventCommand.tell(ready(i));
      await eventCommand[Symbol.asyncDispose]();
      const numbers = await readNumbers(join(folder, "numbers"));
      assertEquals(numbers.length, MOST_WAITING);
      assertEquals([numbers[0], numbers.at(-1)], [5, count - 1]);
      assertEquals(told.map(({ level }) => level), [
        "warning",
        ...Array(4).fill("debug"),
      ]);
      assertEquals(told.at(-1)?.left_out, 5);
    }),
);

Deno.test(
  "at the end, what the command has left running is ended after the grace period",
  {
    ignore,
  },
  () =>
    withFolder(async (folder) => {
      const { eventCommand, told } = start(
        `cd ${folder}; sleep 1000 & echo $! > pids; trap '' TERM; sleep 1000`,
        { graceMs: 300 },
      );
      eventCommand.tell(ready());
      const pids = join(folder, "pids");
      await until(
        "it runs",
        async () => (await readNumbers(pids)).length === 1,
      );
      eventCommand.tell(ready());
      await soon("it was ended", eventCommand[Symbol.asyncDispose]());
      const [pid = 0] = await readNumbers(pids);
      assertEquals(await isRunning(pid), false);
      // The event that was still waiting is not told, nor is an end that was ours.
      assertEquals((await readNumbers(pids)).length, 1);
      assertEquals(told.filter(({ level }) => level === "warning"), []);
      eventCommand.tell(ready());
    }),
);

Deno.test(
  "what a command leaves behind may go on, and does not hold up the next event",
  {
    ignore,
  },
  () =>
    withFolder(async (folder) => {
      const { eventCommand } = start(
        `cd ${folder}; sleep 1000 & echo $! >> pids`,
        { graceMs: 0 },
      );
      eventCommand.tell(ready());
      eventCommand.tell(ready());
      const pids = join(folder, "pids");
      await until(
        "both are told",
        async () => (await readNumbers(pids)).length === 2,
      );
      const left = await readNumbers(pids);
      assertEquals(await Promise.all(left.map(isRunning)), [true, true]);
      await eventCommand[Symbol.asyncDispose]();
      assertEquals(await Promise.all(left.map(isRunning)), [false, false]);
    }),
);
