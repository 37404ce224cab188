import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { succeeds } from "../helpers/processes.ts";
import { finish } from "./finish.ts";
import { subject, testInRoom, testStatic } from "./cases.ts";
import { Room, type RoomOptions } from "./room.ts";

const UNPRIVILEGED = "65534:65534";

/** What runs in a room with the program alone. */
async function runAlone(args: readonly string[], options: RoomOptions = {}) {
  await using room = await Room.with({ subject: subject.path });
  return await room.run(["/bin/subject", ...args], options);
}

testInRoom("it runs where there is no file but itself", async () => {
  const { code, stdout, stderr } = await runAlone(["hello"]);
  assertEquals([code, stdout, stderr], [0, "hello\n", ""]);
});

testInRoom("the plain program does not", async () => {
  await using room = await Room.with({ subject: subject.plain });
  const { stderr } = await room.run(["/bin/subject"]);
  assertStringIncludes(stderr, "No such file or directory");
});

testInRoom(
  "it runs without /dev, and where nothing can be written",
  async () => {
    for (const without of [["dev"], ["writing"], ["dev", "writing"]] as const) {
      assertEquals((await runAlone([], { without })).stdout, "hello\n");
    }
  },
);

testInRoom("it runs without /proc, and no file is left", async () => {
  await using room = await Room.with({ subject: subject.path });
  const { stdout } = await room.run(["/bin/subject"], { without: ["proc"] });
  assertEquals(stdout, "hello\n");
  const left = ["", "tmp", "dev", "home"].flatMap((folder) =>
    [...Deno.readDirSync(room.path(folder))].filter(({ isFile }) => isFile)
  );
  assertEquals(left, []);
});

testInRoom(
  "without /proc and a place to write it says so, and exits as what cannot be run",
  async () => {
    const { code, stderr } = await runAlone([], {
      without: ["proc", "dev", "writing"],
    });
    assertEquals(code, 127);
    assertMatch(
      stderr,
      /^static launcher: cannot make a file of ld-linux-.*, errno \d+\n$/,
    );
  },
);

for (const errno of [1, 13, 38]) {
  testInRoom(
    `it runs where memfd_create fails with errno ${errno}`,
    async () => {
      const within = [subject.plain, "run-without-memory-files", String(errno)];
      assertEquals((await runAlone([], { within })).stdout, "hello\n");
    },
  );
}

for (const level of ["1", "2"]) {
  const script = `echo ${level} >/proc/sys/vm/memfd_noexec && exec "$0" "$@"`;
  // It holds for the namespace of processes alone.
  const within = ["unshare", "--pid", "--fork", "sh", "-c", script];
  const has = await succeeds(...within, "true");
  testStatic(`it runs with vm.memfd_noexec=${level}`, async () => {
    const { stdout } = await finish([...within, subject.path]);
    assertEquals(stdout, "hello\n");
  }, !has && "needs root, and Linux 6.3");
}

testInRoom("a user who may run it and not read it can run it", async () => {
  await using room = await Room.with({ subject: subject.path });
  await Deno.chmod(room.path("bin/subject"), 0o711);
  const { stdout } = await room.run(["/bin/subject"], { user: UNPRIVILEGED });
  assertEquals(stdout, "hello\n");
});

testInRoom(
  "with the rights of another user, LD_PRELOAD is dropped and the rest is kept",
  async () => {
    await using room = await Room.with({ subject: subject.path });
    await Deno.chmod(room.path("bin/subject"), 0o4755);
    const env = { A: "1", LD_BIND_NOW: "1", LD_PRELOAD: "/no.so", B: "2" };
    const { stdout } = await room.run(["/bin/subject", "environment"], {
      user: UNPRIVILEGED,
      env,
    });
    const names = stdout.trim().split("\n").sort();
    assertEquals(names, ["A=1", "B=2", "LD_BIND_NOW=1"]);
  },
);

testInRoom(
  "with the rights of another user, it refuses to start without /proc",
  async () => {
    await using room = await Room.with({ subject: subject.path });
    await Deno.chmod(room.path("bin/subject"), 0o4755);
    const options = { user: UNPRIVILEGED, without: ["proc"] } as const;
    const { code, stderr } = await room.run(["/bin/subject"], options);
    assertEquals(code, 127);
    assertStringIncludes(stderr, "/proc and memfd_create are needed");
  },
);

testInRoom("what /etc/ld.so.preload names is not loaded", async () => {
  await using room = await Room.with({ subject: subject.path });
  await Deno.writeTextFile(room.path("etc/ld.so.preload"), "/etc/no.so\n");
  const { stdout, stderr } = await room.run(["/bin/subject"]);
  assertEquals([stdout, stderr], ["hello\n", ""]);
});

testStatic("it runs where addresses are not random", async () => {
  const setarch = ["setarch", "--addr-no-randomize"];
  const works = await succeeds(...setarch, "true");
  const command = works ? [...setarch, subject.path] : [subject.path];
  assertEquals((await finish(command)).stdout, "hello\n");
});

testStatic("standard streams that are closed stay closed", async () => {
  const script = '"$0" descriptors <&- 2>&-; "$0" exit 5 <&- >&- 2>&-';
  const { code, stdout } = await finish(["sh", "-c", script, subject.path]);
  assertEquals(code, 5);
  const numbers = stdout.trim().split("\n").map((line) => line.split(" ")[0]);
  assertEquals(numbers.filter((it) => it === "0" || it === "2"), []);
});
