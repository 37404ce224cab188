import { assertEquals, assertMatch } from "@std/assert";
import { basename, fromFileUrl, join } from "@std/path";
import { makeStatic } from "../../scripts/static/mod.ts";
import { finish } from "./finish.ts";
import { obstacle, testInRoom, testStatic } from "./cases.ts";
import { Room } from "./room.ts";
import { runtime } from "./subject.ts";

const path = obstacle ? "" : await runtime();
const SCRIPT = fromFileUrl(new URL("./program.js", import.meta.url));
const ENV = { HOME: "/home", NO_COLOR: "1" };
const RUN = ["run", "--allow-all", "--no-config", "--no-lock"];

/** A room with the runtime and the script. */
async function openRoom(): Promise<Room> {
  const room = await Room.with({ deno: path });
  await Deno.copyFile(SCRIPT, room.path(basename(SCRIPT)));
  return room;
}

/** Runs the script by the runtime in a room, and returns what it has printed. */
async function printed(room: Room, args: readonly string[]): Promise<unknown> {
  const { stdout, stderr } = await room.run(
    ["/bin/deno", ...RUN, "/program.js", ...args],
    { env: ENV },
  );
  assertEquals(stderr, "");
  return JSON.parse(stdout);
}

testInRoom(
  "the runtime watches files, and reaches its own server by address and by name",
  async () => {
    await using room = await openRoom();
    assertEquals(await printed(room, ["watch", "/tmp"]), "seen");
    assertEquals(await printed(room, ["fetch", "127.0.0.1"]), "answer");
    await Deno.writeTextFile(room.path("etc/hosts"), "127.0.0.1 localhost\n");
    assertEquals(await printed(room, ["fetch", "localhost"]), "answer");
  },
);

testInRoom("the runtime knows its path, by a link too", async () => {
  await using room = await openRoom();
  await Deno.symlink("/bin/deno", room.path("bin/link"));
  for (const name of ["/bin/deno", "/bin/link"]) {
    const { stdout } = await room.run(
      [name, "eval", "console.log(Deno.execPath())"],
      { env: ENV },
    );
    assertEquals(stdout, "/bin/deno\n");
  }
});

testInRoom(
  "too deep a recursion in the runtime is an error, not a crash",
  async () => {
    await using room = await openRoom();
    assertEquals(await printed(room, ["recurse"]), "RangeError");
  },
);

testInRoom("the runtime runs without /proc", async () => {
  await using room = await openRoom();
  const { stdout } = await room.run(
    ["/bin/deno", "eval", "console.log(1)"],
    { env: ENV, without: ["proc"] },
  );
  assertEquals(stdout, "1\n");
});

testStatic("the runtime runs with its standard streams closed", async () => {
  const script = '"$0" eval "Deno.exit(5)" <&- >&- 2>&-';
  assertEquals((await finish(["sh", "-c", script, path])).code, 5);
});

testStatic("what `deno compile` has made can be made static", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const compiled = join(folder, "compiled");
    await Deno.writeTextFile(join(folder, "main.js"), "");
    const options = ["--no-config", "--output", compiled];
    const { code } = await finish(
      [Deno.execPath(), "compile", ...options, join(folder, "main.js")],
      // It would have to be downloaded. The CLI itself does not look for what was compiled into it.
      { env: { DENORT_BIN: Deno.execPath() } },
    );
    assertEquals(code, 0);
    const arch = Deno.build.arch;
    await makeStatic({ input: compiled, output: compiled, arch });
    const { stdout } = await finish([compiled, "--version"]);
    assertMatch(stdout, /^deno /);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
