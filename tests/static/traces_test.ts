import { assertEquals, assertStringIncludes } from "@std/assert";
import { finish } from "./finish.ts";
import { subject, testStatic } from "./cases.ts";

const { plain, path } = subject;

/** What the program says before and after the static step. */
async function both(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<[before: string, after: string]> {
  const options = { env, clearEnv: true };
  const before = await finish([plain, ...args], options);
  const after = await finish([path, ...args], options);
  return [before.stdout, after.stdout];
}

testStatic(
  "the environment of the program and of its children is as it was",
  async () => {
    const env = { HOME: "/", LDX: "1", PATH: "/bin", "\x0cD": "2", Z: "" };
    for (const target of [plain, path]) {
      for (const run of [[], ["run", target]]) {
        const [before, after] = await both([...run, "environment"], env);
        assertEquals(after, before);
      }
    }
  },
);

testStatic("LD_* are for children, not for the program", async () => {
  const env = {
    LD_PRELOAD: "/no.so",
    LD_LIBRARY_PATH: "/nowhere",
    LD_DEBUG: "all",
    LD_BIND_NOW: "1",
  };
  const { stdout, stderr } = await finish([path, "environment"], {
    env,
    clearEnv: true,
  });
  assertEquals(stderr, "");
  assertEquals(
    stdout.trim().split("\n").sort(),
    Object.entries(env).map(([name, value]) => `${name}=${value}`).sort(),
  );
});

testStatic(
  "no descriptor of the launcher is left, for the program and for its children",
  async () => {
    for (const run of [[], ["run", path]]) {
      const { stdout } = await finish([path, ...run, "descriptors"]);
      assertEquals(/memfd|static/.exec(stdout), null);
      const [before, after] = await both([...run, "descriptors"]);
      const numbers = (text: string) => text.match(/^\d+/gm);
      assertEquals(numbers(after), numbers(before));
    }
  },
);

testStatic("the libraries have their names in ld.so's list", async () => {
  const { stdout } = await finish([path, "objects"]);
  assertStringIncludes(stdout, "\nlibc.so.6\n");
  assertEquals(/proc|memfd/.exec(stdout), null);
});

testStatic("arguments arrive: none, empty ones, 20,000 of them", async () => {
  const many = Array.from({ length: 20_000 }, (_, i) => `argument-${i}`);
  for (const args of [[], [""], many]) {
    const [before, after] = await both(["arguments", ...args]);
    assertEquals(after, before);
  }
});

testStatic("the program is called what it was called", async () => {
  const { stdout } = await finish([plain, "run-as", "any name", path, "name"]);
  assertEquals(stdout, "any name\n");
});

testStatic("the stack is where threads expect it", async () => {
  assertEquals((await finish([path, "stack"])).stdout, "stack fine\n");
});

testStatic("of 500 starts none fails", async () => {
  const { stdout } = await finish([
    plain,
    "start-often",
    "500",
    path,
    "exit",
    "0",
  ]);
  assertEquals(stdout, "0 failures\n");
});
