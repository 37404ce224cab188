import { assert, assertEquals } from "@std/assert";
import { ensureDir, exists } from "@std/fs";
import { join } from "@std/path";
import {
  checkConfig,
  type CheckOutcome,
  type CheckSpec,
} from "../../../lib/krakend/check.ts";
import {
  isRunning,
  readNumbers,
  soon,
  until,
  withFolder,
  writeScript,
} from "../support.ts";

/** A krakend whose check does what a test scripts. */
interface FakeKrakend {
  folder: string;
  spec: CheckSpec;
  /** Where scripts leave what a test is to see. */
  notes: string;
  check: (changes?: Partial<CheckSpec>) => Promise<CheckOutcome>;
  stop: AbortController;
}

function withKrakend(
  body: string,
  test: (fake: FakeKrakend) => Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    const notes = join(folder, "notes");
    const stop = new AbortController();
    const spec = {
      program: await writeScript(folder, "krakend", body),
      configFile: "krakend.json",
      cwd: folder,
      env: { PATH: Deno.env.get("PATH") ?? "", NOTES: notes, FC_OUT: "/mine" },
      compiledFile: join(folder, "compiled.json"),
      timeoutMs: 10_000,
    };
    const check = (changes?: Partial<CheckSpec>) =>
      soon(
        "the check ended",
        checkConfig({ ...spec, ...changes }, stop.signal),
      );
    try {
      await test({ folder, spec, notes, check, stop });
    } finally {
      // A test that failed must not leave a process either.
      stop.abort();
    }
  });
}

/** The only message of a check that fails. */
function messageOf(outcome: CheckOutcome): string {
  assert(!outcome.ok, "the check passed");
  return outcome.message;
}

Deno.test("a check that succeeds is fine, whatever it prints", () =>
  withKrakend('echo "Syntax OK!"; echo "WARNING: old" >&2', async (fake) => {
    assertEquals(await fake.check(), { ok: true });
  }));

Deno.test("krakend is called as its users call it, in the gateway's folder", () =>
  withKrakend('echo "$@" > "$NOTES"; pwd >> "$NOTES"', async (fake) => {
    const cwd = join(fake.folder, "gateway");
    await ensureDir(cwd);
    await fake.check({ configFile: "a b.json", cwd });
    assertEquals(
      await Deno.readTextFile(fake.notes),
      `check -c a b.json\n${cwd}\n`,
    );
  }));

Deno.test("a check that fails gives the fault without where krakend looked for it", () => {
  const script = `echo "Parsing configuration file: $3"
    printf "ERROR parsing the configuration file:\\t'%s': unexpected end of JSON input\\n" "$3" >&2
    exit 1`;
  return withKrakend(script, async ({ check }) => {
    assertEquals(await check(), {
      ok: false,
      message:
        "ERROR parsing the configuration file:\t'krakend.json': unexpected end of JSON input",
    });
  });
});

Deno.test("a check that fails in silence is told from one that passes", () =>
  withKrakend("exit 3", async ({ check }) => {
    assertEquals(
      messageOf(await check()),
      "krakend check failed and said nothing",
    );
  }));

Deno.test("a check that a signal ends has failed", () =>
  withKrakend("kill -KILL $$", async ({ check }) => {
    assertEquals((await check()).ok, false);
  }));

Deno.test("the colours of a message are taken away", () =>
  withKrakend(
    "printf '\\033[31;1mERROR\\033[0m bad\\n'; exit 1",
    async (fake) => {
      assertEquals(messageOf(await fake.check()), "ERROR bad");
    },
  ));

Deno.test("a password in a URL is never printed", () => {
  const script =
    "echo \"backend 'https://admin:s3cr3t@10.0.0.1/' and amqp://u:s3@cr3t@mq\"; exit 1";
  return withKrakend(script, async ({ check }) => {
    assertEquals(
      messageOf(await check()),
      "backend 'https://***@10.0.0.1/' and amqp://***@mq",
    );
  });
});

Deno.test("a message without end is cut", () =>
  withKrakend("yes error | head -c 1000000; exit 1", async ({ check }) => {
    assertEquals(messageOf(await check()).length, 4_000);
  }));

Deno.test("FC_OUT is a file of ours, which a message names as the user's", () => {
  const script =
    'printf "%s" "$FC_OUT" > "$NOTES"; echo "bad: $FC_OUT" >&2; exit 1';
  return withKrakend(script, async ({ check, notes, spec }) => {
    assertEquals(messageOf(await check()), "bad: krakend.json");
    assertEquals(await Deno.readTextFile(notes), spec.compiledFile);
  });
});

Deno.test("a check has the gateway's environment and nothing of ours", () =>
  withKrakend('env > "$NOTES"', async ({ check, notes }) => {
    Deno.env.set("KRAKEND_WATCH_TEST_LEAK", "1");
    try {
      await check();
    } finally {
      Deno.env.delete("KRAKEND_WATCH_TEST_LEAK");
    }
    const text = await Deno.readTextFile(notes);
    assert(text.includes(`NOTES=${notes}`), text);
    assertEquals(text.includes("KRAKEND_WATCH_TEST_LEAK"), false);
  }));

Deno.test("a krakend that cannot be started is a fault of the check, not the end of the program", () =>
  withKrakend("", async ({ check, folder }) => {
    const message = messageOf(await check({ program: join(folder, "none") }));
    assert(message.startsWith("krakend check: "), message);
  }));

/** Starts another process that shares the output, notes both, and never ends by itself. */
const HANGING = 'sleep 600 & echo $! >> "$NOTES"; echo $$ >> "$NOTES"; wait';

async function assertGone(notes: string) {
  const pids = await readNumbers(notes);
  assertEquals(pids.length, 2);
  for (const pid of pids) {
    await until(`process ${pid} is gone`, async () => !await isRunning(pid));
  }
}

Deno.test("a check that gives no answer is given up, with all that it started", () =>
  withKrakend(HANGING, async ({ check, notes }) => {
    // Time enough for the script to start, which the notes prove.
    const message = messageOf(await check({ timeoutMs: 500 }));
    assertEquals(message, "krakend check gave no answer in 500 ms");
    await assertGone(notes);
  }));

Deno.test("an aborted check ends soon, with all that it started", () =>
  withKrakend(HANGING, async ({ check, notes, stop }) => {
    const outcome = check();
    await until(
      "the check runs",
      async () => (await readNumbers(notes)).length === 2,
    );
    stop.abort();
    assertEquals((await outcome).ok, false);
    await assertGone(notes);
  }));

Deno.test("a check that was aborted before it began ends soon", () =>
  withKrakend(HANGING, async ({ check, stop }) => {
    stop.abort();
    assertEquals((await check()).ok, false);
  }));

Deno.test("an aborted check ends soon even if only what it started is left", () => {
  const script = 'sleep 600 & echo $! >> "$NOTES"; echo $$ >> "$NOTES"; exit 1';
  return withKrakend(script, async ({ check, notes, stop }) => {
    const outcome = check();
    await until("only the child of the check is left", async () => {
      const [child, parent] = await readNumbers(notes);
      return child !== undefined && parent !== undefined &&
        !await isRunning(parent);
    });
    stop.abort();
    try {
      assertEquals((await outcome).ok, false);
      await assertGone(notes);
    } finally {
      const [child] = await readNumbers(notes);
      if (child && await isRunning(child)) Deno.kill(child, "SIGKILL");
    }
  });
});

Deno.test("a check leaves no file behind where the gateway writes its own", () =>
  withKrakend('echo "{}" > "$FC_OUT"', async ({ check, spec, folder }) => {
    const theirs = join(folder, "theirs.json");
    assertEquals(await check({ env: { ...spec.env, FC_OUT: theirs } }), {
      ok: true,
    });
    assertEquals(await exists(theirs), false);
    assertEquals(await exists(spec.compiledFile), true);
  }));

Deno.test(
  "a check that a real-time signal ends has failed, and nothing else happens",
  {
    // Deno never closes a child whose end it cannot name.
    sanitizeResources: false,
  },
  () =>
    withKrakend("kill -35 $$", async ({ check }) => {
      assertEquals((await check()).ok, false);
    }),
);
