import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import {
  type Process,
  type ProcessSpec,
  startProcess,
} from "../../../lib/supervise/process.ts";
import {
  isRunning,
  readNumbers,
  soon,
  until,
  withFolder,
  writeScript,
} from "../support.ts";

/** A program that does what a test scripts. */
interface FakeProgram {
  /** Where scripts leave what a test is to see. */
  notes: string;
  spec: ProcessSpec;
  start: (changes?: Partial<ProcessSpec>) => Process;
  /** Waits until the notes hold so many process ids, and returns them. */
  pids: (count: number) => Promise<number[]>;
}

function withProgram(
  body: string,
  test: (program: FakeProgram) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    const notes = join(folder, "notes");
    const started: Process[] = [];
    const spec = {
      program: await writeScript(folder, "program", body),
      args: [],
      cwd: folder,
      env: { PATH: Deno.env.get("PATH") ?? "", NOTES: notes },
      graceMs: 10_000,
    };
    const start = (changes?: Partial<ProcessSpec>) => {
      const process = startProcess({ ...spec, ...changes });
      started.push(process);
      return process;
    };
    const pids = async (count: number) => {
      let found: number[] = [];
      await until(`the notes hold ${count} numbers`, async () => {
        found = await readNumbers(notes);
        return found.length === count;
      });
      return found;
    };
    try {
      await test({ notes, spec, start, pids });
    } finally {
      // A test that failed must not leave a process either.
      for (const process of started) process.kill();
      await Promise.all(started.map(({ exited }) => exited));
    }
  });
}

/** The end of a process, which must come by itself. */
function endOf({ exited }: Process) {
  return soon("the process and all that it started is gone", exited);
}

const NOTE_SELF = 'echo $$ >> "$NOTES"';
const NOTE_CHILD = 'echo $! >> "$NOTES"';

Deno.test("a process ends with its own code", () =>
  withProgram("exit 7", async ({ start }) => {
    assertEquals(await endOf(start()), { code: 7, signal: null });
  }));

Deno.test("a process that a signal ended says so", () =>
  withProgram("kill -TERM $$", async ({ start }) => {
    const { signal } = await endOf(start());
    assertEquals(signal, "SIGTERM");
  }));

Deno.test("a process that a real-time signal ended has its code", {
  // Deno never closes a child whose end it cannot name.
  sanitizeResources: false,
}, () =>
  withProgram("kill -35 $$", async ({ start }) => {
    assertEquals(await endOf(start()), { code: 163, signal: null });
  }));

Deno.test("a process gets its arguments, its folder and its environment, and inherits nothing", () =>
  withProgram(
    'echo "$@" > "$NOTES"; pwd >> "$NOTES"; env >> "$NOTES"',
    async (program) => {
      Deno.env.set("KRAKEND_WATCH_TEST_LEAK", "1");
      try {
        await endOf(program.start({ args: ["run", "-c", "a b.json"] }));
      } finally {
        Deno.env.delete("KRAKEND_WATCH_TEST_LEAK");
      }
      const text = await Deno.readTextFile(program.notes);
      const [args, cwd, ...env] = text.split("\n");
      assertEquals([args, cwd], ["run -c a b.json", program.spec.cwd]);
      assert(
        env.includes(`NOTES=${program.notes}`),
        "its own variable is there",
      );
      assertEquals(env.filter((line) => line.includes("TEST_LEAK")), []);
    },
  ));

Deno.test("a process reads nothing from the terminal", () =>
  withProgram('read -r line; echo "$?" > "$NOTES"', async (program) => {
    await endOf(program.start());
    assertEquals(await readNumbers(program.notes), [1]);
  }));

Deno.test("terminate() reaches the program and what it started", () => {
  const script = `sleep 600 & ${NOTE_CHILD}; ${NOTE_SELF}; wait`;
  return withProgram(script, async ({ start, pids }) => {
    const process = start();
    const [child = 0, self] = await pids(2);
    assertEquals(self, process.pid);
    process.terminate();
    assertEquals((await endOf(process)).signal, "SIGTERM");
    assertEquals(await isRunning(child), false);
  });
});

Deno.test("a process that ignores TERM ends by kill()", () =>
  withProgram(`trap "" TERM; ${NOTE_SELF}; sleep 600`, async (program) => {
    const process = program.start();
    await program.pids(1);
    process.terminate();
    process.kill();
    assertEquals((await endOf(process)).signal, "SIGKILL");
  }));

Deno.test("a process has ended only when what it left behind is gone too", () => {
  // The child needs a moment to leave, and notes that it did.
  const child =
    `(trap '${NOTE_SELF}; exit' TERM; ${NOTE_SELF}; while :; do sleep 0.01; done) 2> /dev/null &`;
  const script = `${child} until [ -s "$NOTES" ]; do :; done; exit 3`;
  return withProgram(script, async ({ start, notes }) => {
    assertEquals(await endOf(start()), { code: 3, signal: null });
    assertEquals((await readNumbers(notes)).length, 2);
  });
});

Deno.test("what a process left behind is killed if it stays longer than the grace", () => {
  const script = `(trap "" TERM; sleep 600) & ${NOTE_CHILD}; exit 0`;
  return withProgram(script, async ({ start, pids }) => {
    const process = start({ graceMs: 50 });
    const [child = 0] = await pids(1);
    await endOf(process);
    assertEquals(await isRunning(child), false);
  });
});

Deno.test("signals for a process that is gone do nothing", () =>
  withProgram("exit 0", async ({ start }) => {
    const process = start();
    await endOf(process);
    process.terminate();
    process.kill();
  }));

Deno.test("a program that is not there is an error at once", () =>
  withProgram("", async ({ start }) => {
    assertThrows(() => start({ program: "/none" }), Deno.errors.NotFound);
    await Promise.resolve();
  }));
