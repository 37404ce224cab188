import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import { Workshop } from "../helpers/workshop.ts";

Deno.test("a file that is deleted is a change, but nothing to run a command about", async () => {
  for (
    const [words, note] of [
      [["make"], "make  [a.c]"],
      [["cc", "{}"], "cc b.c [b.c]"],
    ] as const
  ) {
    await using shop = await Workshop.open();
    await shop.write("a.c");
    await shop.tool("make");
    await shop.tool("cc");
    await shop.start("-g", "*.c", "--", ...words);
    assertEquals(shop.count("watching 1 file for"), 1);
    await Deno.remove(shop.path("a.c"));
    if (words[0] === "cc") await shop.write("b.c");
    await shop.noted(note);
  }
});

Deno.test("a folder that is made is a change, and its path ends in a slash", async () => {
  await using shop = await Workshop.open();
  await shop.tool("note");
  await shop.start("--only-dirs", "--", "note", "{}");
  await shop.write("file");
  await Deno.mkdir(shop.path("folder"));
  await shop.noted("note folder/ [folder/]");
});

Deno.test("files of editors and of version control do not count, unless --all is given", async () => {
  for (const options of [[], ["--all"]]) {
    await using shop = await Workshop.open();
    await Deno.mkdir(shop.path(".git"));
    await shop.tool("make");
    await shop.start("--settle", "1s", ...options, "--", "make");
    await shop.write(".git/index");
    await shop.write(".a.c.swp");
    await shop.write("a.c");
    const all = options.length > 0 ? ".a.c.swp .git/index a.c" : "a.c";
    await shop.noted(`make  [${all}]`);
  }
});

Deno.test("with --watch, only that path counts; a file elsewhere is named by its whole path", async () => {
  await using shop = await Workshop.open();
  const elsewhere = join(shop.bin, "elsewhere");
  await Deno.writeTextFile(elsewhere, "1");
  await shop.tool("make");
  await shop.start("--watch", "src", "--watch", elsewhere, "--", "make");
  await shop.write("a.c");
  await Deno.writeTextFile(elsewhere, "2");
  await shop.noted(`make  [${elsewhere}]`);
});

Deno.test("a command has our environment without what is meant for us, and nothing to read", async () => {
  await using shop = await Workshop.open();
  shop.launch({
    args: ["-g", "*.c", "--", "sh", "-c", "env; cat; echo read"],
    env: {
      KRAKEND_WATCH_SETTLE: "50ms",
      KRAKEND_BIN: "/bin/krakend",
      MINE: "1",
    },
  });
  await shop.reports("krakend-watch: watching ");
  await shop.write("a.c");
  await shop.until("it has ended", () => shop.lines.includes("read"));
  const ours = shop.lines.filter((line) => line.startsWith("KRAKEND_WATCH_"));
  assertEquals(ours, ["KRAKEND_WATCH_CHANGED=a.c"]);
  assert(shop.lines.includes("KRAKEND_BIN=/bin/krakend"));
  assert(shop.lines.includes("MINE=1"));
});

Deno.test("the file that changed may be the program, and one that cannot be run is reported", async () => {
  await using shop = await Workshop.open();
  await shop.write("fine.sh", "#!/bin/sh\n");
  await Deno.chmod(shop.path("fine.sh"), 0o755);
  await shop.start("-g", "*.sh", "--", "./{}", "--quick");
  await shop.write("text.sh");
  await shop.reports("error: cannot start ./{}: Cannot run");
  await shop.write("fine.sh", '#!/bin/sh\necho "fine $*"\n');
  await shop.until("it has run", () => shop.lines.includes("fine --quick"));
});

Deno.test("--decoration marks the lines of the command and not ours", async () => {
  const marked = {
    none: "out",
    plain: "[00] out",
    fancy: "\x1b[01;32m[00] out\x1b[m",
  };
  for (const [style, line] of Object.entries(marked)) {
    await using shop = await Workshop.open();
    const command = ["sh", "-c", "echo out; printf err >&2"];
    await shop.start("-d", style, "-g", "*.c", "--", ...command);
    await shop.write("a.c");
    await shop.reports("krakend-watch: sh succeeded");
    assert(shop.lines.includes(line), style);
    assert(style === "none" || shop.lines.includes(line.replace("out", "err")));
    assertEquals(shop.count("[00] krakend-watch"), 0);
  }
});

Deno.test("--list shows what is watched for a command, and runs nothing", async () => {
  await using shop = await Workshop.open();
  await shop.write("a.c");
  await shop.write("a.h");
  await shop.tool("make");
  const watch = shop.launch({ args: ["--list", "-g", "*.c", "--", "make"] });
  assertEquals((await watch.status).code, 0);
  assertEquals(watch.lines.length, 1);
  assertStringIncludes(watch.lines[0] ?? "", "a.c  matches the patterns");
  assertEquals(await shop.notes(), []);
});

Deno.test("--once runs a command once, with its exit code", async () => {
  await using shop = await Workshop.open();
  await shop.tool("make", "exit 3");
  const watch = shop.launch({ args: ["--once", "--", "make", "all"] });
  assertEquals((await watch.status).code, 3);
  assertEquals(await shop.notes(), ["make all []"]);
});
