import { assertEquals, assertMatch } from "@std/assert";
import { finish } from "./finish.ts";
import { obstacle, subject, testStatic } from "./cases.ts";

const { path } = subject;
const CAP_SYS_RESOURCE = 24n;
const mayRaise = !obstacle && await hasCapability(CAP_SYS_RESOURCE);

async function hasCapability(number: bigint): Promise<boolean> {
  const status = await Deno.readTextFile("/proc/self/status");
  const effective = /^CapEff:\s*(\w+)/m.exec(status)?.[1] ?? "0";
  return (BigInt(`0x${effective}`) >> number & 1n) === 1n;
}

/** Runs it with a limit of the size of files, in blocks of 512 bytes. */
function limited(how: string, command = 'exec "$0" limit') {
  return finish(["bash", "-c", `ulimit ${how} && ${command}`, path]);
}

testStatic(
  "a soft limit of the size of files does not stop it, and is kept",
  async () => {
    assertMatch((await limited("-S -f 1")).stdout, /^1024 /);
    assertMatch((await limited("-S -f 0")).stdout, /^0 /);
  },
);

testStatic(
  "a hard limit does not stop who may raise it, and is kept",
  async () => {
    assertEquals((await limited("-f 1")).stdout, "1024 1024\n");
  },
  !mayRaise && "needs CAP_SYS_RESOURCE",
);

testStatic(
  "a hard limit stops others with a message that says what is needed",
  async () => {
    const { code, stderr } = await limited("-f 1");
    assertEquals(code, 127);
    assertMatch(
      stderr,
      /^static launcher: the limit of the size of files is 1024 bytes, and the hard one 1024: at least \d+ are needed \(ulimit -f\)\n$/,
    );
  },
  mayRaise && "CAP_SYS_RESOURCE is there",
);

testStatic(
  "no signal kills it when not even the message may be written",
  async () => {
    const file = await Deno.makeTempFile();
    const { stdout } = await limited("-f 0", `"$0" 2>>${file}; echo $?`);
    await Deno.remove(file);
    assertEquals(stdout, "127\n");
  },
  mayRaise && "CAP_SYS_RESOURCE is there",
);
