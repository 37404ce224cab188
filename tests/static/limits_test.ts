import { assertEquals, assertMatch } from "@std/assert";
import { finish } from "./finish.ts";
import { subjectFor } from "./subject.ts";

const { path } = await subjectFor(Deno.build.arch);
const CAP_SYS_RESOURCE = 24n;
const mayRaise = await hasCapability(CAP_SYS_RESOURCE);

async function hasCapability(number: bigint): Promise<boolean> {
  const status = await Deno.readTextFile("/proc/self/status");
  const effective = /^CapEff:\s*(\w+)/m.exec(status)?.[1] ?? "0";
  return (BigInt(`0x${effective}`) >> number & 1n) === 1n;
}

/** Runs it with a limit of the size of files, in blocks of 512 bytes. */
function limited(how: string, command = 'exec "$0" limit') {
  return finish(["bash", "-c", `ulimit ${how} && ${command}`, path]);
}

Deno.test("a soft limit of the size of files does not stop it, and is kept", async () => {
  assertMatch((await limited("-S -f 1")).stdout, /^1024 /);
  assertMatch((await limited("-S -f 0")).stdout, /^0 /);
});

Deno.test({
  name: "a hard limit does not stop who may raise it, and is kept" +
    (mayRaise ? "" : " (ignored: needs CAP_SYS_RESOURCE)"),
  ignore: !mayRaise,
  fn: async () => {
    assertEquals((await limited("-f 1")).stdout, "1024 1024\n");
  },
});

Deno.test({
  name: "a hard limit stops others with a message that tells what is needed" +
    (mayRaise ? " (ignored: CAP_SYS_RESOURCE is there)" : ""),
  ignore: mayRaise,
  fn: async () => {
    const { code, stderr } = await limited("-f 1");
    assertEquals(code, 127);
    assertMatch(
      stderr,
      /^static launcher: the limit of the size of files is 1024 bytes, and the hard one 1024: at least \d+ are needed \(ulimit -f\)\n$/,
    );
  },
});

Deno.test({
  name: "no signal kills it when not even the message may be written" +
    (mayRaise ? " (ignored: CAP_SYS_RESOURCE is there)" : ""),
  ignore: mayRaise,
  fn: async () => {
    const file = await Deno.makeTempFile();
    const { stdout } = await limited("-f 0", `"$0" 2>>${file}; echo $?`);
    await Deno.remove(file);
    assertEquals(stdout, "127\n");
  },
});
