import { assertEquals, assertMatch } from "@std/assert";
import { subject, testAsInit, testInRoom, testStatic } from "./cases.ts";
import { finish } from "./finish.ts";
import { IN_NAMESPACE } from "./namespace.ts";
import { Room } from "./room.ts";

const { plain, path } = subject;

/** As krakend-watch starts itself again. */
const KEEPER = ["run", "/proc/self/exe", "--keeper"];

testStatic(
  "a file that starts itself again is the keeper; a user's --keeper is for the program",
  async () => {
    const { code, stderr } = await finish([path, ...KEEPER]);
    assertEquals(code, 2);
    assertMatch(stderr, /^usage: keep SOCKET/);
    const { stdout } = await finish([path, "arguments", "--keeper"]);
    assertEquals(stdout, "3 --keeper\n");
    assertEquals((await finish([path, "--keeper", "exec"])).stderr, "");
  },
);

testStatic(
  "SIGUSR1 is blocked for the program, and no signal for what the keeper becomes",
  async () => {
    const mask = async (...words: string[]) =>
      /SigBlk:\t(\w+)/.exec((await finish([path, ...words])).stdout)?.[1];
    assertEquals(await mask("signals"), "0000000000000200");
    const becomes = [...KEEPER, "exec", "/bin/cat", "/proc/self/status"];
    assertEquals(await mask(...becomes), "0000000000000000");
  },
);

testStatic(
  "what the keeper becomes has its own words, exit code, and that of shells if it cannot be run",
  async () => {
    const run = (...words: string[]) =>
      finish([path, ...KEEPER, "exec", ...words]);
    const script = 'printf "<%s>" "$@"; exit 7';
    const { code, stdout } = await run("/bin/sh", "-c", script, "sh", "", "--");
    assertEquals([code, stdout], [7, "<><-->"]);
    for (const [program, code] of [["/missing", 127], ["/", 126]] as const) {
      const outcome = await run(program);
      assertEquals(outcome.code, code);
      assertMatch(outcome.stderr, new RegExp(`: ${program}\n$`));
    }
  },
);

testAsInit("as the first process, the keeper starts no other", async () => {
  const keeper = [plain, "run-as", "/proc/self/exe", path, "--keeper"];
  const command = [...IN_NAMESPACE, ...keeper, "exec", plain, "pid"];
  assertEquals((await finish(command)).stdout, "pid 1 of 0\n");
});

testInRoom(
  "the keeper works for any user, where there is nothing but itself and nothing can be written",
  async () => {
    await using room = await Room.with({ subject: path });
    for (const user of ["0:0", "65534:65534"]) {
      const words = ["keep", "@static-test", "1", "1"];
      const { code, stdout } = await room.run(
        ["/bin/subject", ...KEEPER, ...words],
        { user, without: ["dev", "writing"] },
      );
      assertEquals([code, stdout], [0, "ready\n"]);
    }
  },
);

testInRoom("without /proc the keeper says so", async () => {
  await using room = await Room.with({ subject: path });
  const keeper = ["run-as", "/proc/self/exe", "/bin/subject", "--keeper"];
  const { code, stdout } = await room.run(
    ["/bin/subject", ...keeper, "keep", "@static-test", "1", "1"],
    { without: ["proc"] },
  );
  assertEquals([code, stdout], [0, "unable proc\n"]);
});
