import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { link } from "../../scripts/static/mod.ts";
import { finish, type FinishOptions } from "./finish.ts";
import {
  obstacle,
  subject,
  testAsInit,
  testInRoom,
  testStatic,
} from "./cases.ts";
import { IN_NAMESPACE } from "./namespace.ts";
import { Room } from "./room.ts";
import { program } from "./subject.ts";

const path = obstacle ? "" : await program("program.js");
/** What the Deno CLI or Node would obey, or fail for. */
const HOSTILE = {
  DENO_AUTH_TOKENS: "x",
  DENO_CERT: "/nowhere",
  DENO_DIR: "/nowhere",
  DENO_NO_UPDATE_CHECK: "",
  DENO_V8_FLAGS: "--nonsense",
  HOME: "/nowhere",
  LD_PRELOAD: "/nowhere.so",
  NODE_CHANNEL_FD: "77",
  NODE_OPTIONS: "--require /nowhere.js",
  NPM_CONFIG_REGISTRY: ":",
  OTEL_DENO: "maybe",
  RUST_LOG: "debug",
  EMPTY: "",
  "\x04EN": "control characters are the user's",
  PATH: "/nowhere",
};

/** Runs the program, and returns what it has printed. */
async function printed(args: readonly string[], options: FinishOptions = {}) {
  const { code, stdout, stderr } = await finish([path, ...args], options);
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(stdout);
}

async function inFolder(fn: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await fn(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

testStatic(
  "any number of words and variables of our own is put before the user's",
  () =>
    inFolder(async (folder) => {
      const file = { name: "payload", content: new Uint8Array([1]) };
      for (const count of [0, 1, 2, 3]) {
        const variables = Array.from(
          { length: count },
          (_, i) => `OURS_${i}=x`,
        );
        const words = ["subject", "environment"];
        const output = join(folder, `with-${count}`);
        await link(await Deno.readFile(subject.plain), {
          output,
          arch: Deno.build.arch,
          payload: { file, words, variables, masked: [] },
        });
        const env = { THEIRS: "y" };
        const { code, stdout } = await finish([output], {
          env,
          clearEnv: true,
        });
        assertEquals([code, stdout.trim().split("\n").sort()], [
          0,
          [...variables, "THEIRS=y"],
        ]);
      }
    }),
);

testStatic(
  "every word reaches the program, whatever it is",
  async () => {
    const words = [
      "--help",
      "",
      "--version",
      "-A",
      "--inspect",
      "--",
      "-",
      "--allow-none",
      "--ext=ts",
      "ä\n*",
      "",
    ];
    assertEquals(await printed(["words", ...words]), words);
  },
);

testStatic("20,000 words reach the program", async () => {
  const words = Array.from({ length: 20_000 }, (_, i) => i % 7 ? `-${i}` : "");
  assertEquals(await printed(["words", ...words]), words);
});

testStatic(
  "first words that mean something to the runtime mean nothing",
  async () => {
    for (const word of ["--version", "--help", "run", "eval", "-A", ""]) {
      const { code, stdout, stderr } = await finish([path, word]);
      assertEquals([code, stdout, stderr], [0, "", ""]);
    }
  },
);

testStatic(
  "the program and its children have the user's environment, and none of it acts on the runtime",
  async () => {
    const options = { env: HOSTILE, clearEnv: true };
    assertEquals(await printed(["environment"], options), HOSTILE);
    const { stdout, stderr } = await finish(
      [path, "child", subject.path, "environment"],
      options,
    );
    assertEquals(stderr, "");
    assertEquals(
      stdout.trim().split("\n").sort(),
      Object.entries(HOSTILE).map(([name, value]) => `${name}=${value}`).sort(),
    );
  },
);

testStatic("an empty environment is one", async () => {
  const options = { env: {}, clearEnv: true };
  assertEquals(await printed(["environment"], options), {});
  const { stdout } = await finish(
    [path, "child", subject.path, "environment"],
    options,
  );
  assertEquals(stdout, "");
});

testStatic(
  "what lies in the working folder and at home counts for nothing, and nothing is written there",
  () =>
    inFolder(async (folder) => {
      const files = [
        ".env",
        ".npmrc",
        "bunfig.toml",
        "deno.json",
        "deno.lock",
        "jsr.json",
        "package.json",
        "tsconfig.json",
      ];
      for (const file of files) {
        await Deno.writeTextFile(join(folder, file), "registry=${NO\n{no");
      }
      const env = { HOME: folder, XDG_CACHE_HOME: folder, TMPDIR: folder };
      const options = { cwd: folder, env, clearEnv: true };
      assertEquals(await printed(["words", "a"], options), ["a"]);
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name);
      assertEquals(names.sort(), files.sort());
    }),
);

testStatic(
  "the program is the file, and is shown with the user's words",
  async () => {
    const about = await printed(["about", "--word"]);
    assertEquals(about.main, true);
    assertEquals(about.execPath, path);
    assertEquals(about.commandLine, [path, "about", "--word", ""]);
  },
);

testStatic("no descriptor is left to children", async () => {
  const { stdout } = await finish(
    [path, "child", subject.path, "descriptors"],
  );
  assertEquals(/memfd|krakend-watch\.js/.exec(stdout), null);
});

testStatic("standard input is the program's", async () => {
  const script = 'printf "some input" | "$0" input';
  const { stdout } = await finish(["sh", "-c", script, path]);
  assertEquals(JSON.parse(stdout), "some input");
});

testStatic(
  "exit codes are the program's, and errors name the line",
  async () => {
    assertEquals((await finish([path, "exit", "42"])).code, 42);
    const { code, stderr } = await finish([path, "throw"]);
    assertEquals(code, 1);
    assertMatch(stderr, /Error: on purpose/);
  },
);

testStatic("too deep a recursion is an error, not a crash", async () => {
  assertEquals(await printed(["recurse"]), "RangeError");
});

testInRoom(
  "it runs where there is nothing but itself, without /dev or a place to write",
  async () => {
    await using room = await Room.with({ program: path });
    for (const without of [[], ["dev"], ["writing"]] as const) {
      const { stdout, stderr } = await room.run(
        ["/bin/program", "words", "--help"],
        { without },
      );
      assertEquals([stdout, stderr], ['["--help"]\n', ""]);
    }
  },
);

testInRoom(
  "where there are no files in memory, it runs from a file, which it removes",
  async () => {
    await using room = await Room.with({ program: path });
    const { stdout, stderr } = await room.run(["/bin/program", "words", "a"], {
      within: [subject.plain, "run-without-memory-files", "1"],
    });
    assertEquals([stdout, stderr], ['["a"]\n', ""]);
    assertEquals([...Deno.readDirSync(room.path("tmp"))], []);
  },
);

testInRoom("it runs for a user without a name and a home", async () => {
  await using room = await Room.with({ program: path });
  const { stdout, stderr } = await room.run(["/bin/program", "environment"], {
    user: "12345:12345",
  });
  assertEquals([stdout, stderr], ["{}\n", ""]);
});

testAsInit("as the first process it is not the first process", async () => {
  const { stdout } = await finish([...IN_NAMESPACE, path, "about"]);
  assertEquals(JSON.parse(stdout).pid, 2);
});
