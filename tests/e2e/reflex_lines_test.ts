/**
 * The command lines of reflex's README, as they stand there but for the name
 * of the program. Tools that they call are stand-ins that note their arguments.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { exists } from "@std/fs";
import { Workshop } from "../helpers/workshop.ts";

/** A command about all that changed, or about each file. */
interface Line {
  readonly line: string;
  readonly tools: readonly string[];
  /** A file whose change must not run the command. */
  readonly ignored: string;
  /** A file whose change must. */
  readonly changed: string;
  /** What the tools note then. */
  readonly notes: readonly string[];
}

const LINES: readonly Line[] = [
  {
    line: String.raw`krakend-watch -r '\.c$' make`,
    tools: ["make"],
    ignored: "a.h",
    changed: "lib/a.c",
    notes: ["make  [lib/a.c]"],
  },
  {
    line: "krakend-watch -g '*.c' make",
    tools: ["make"],
    ignored: "lib/a.c",
    changed: "a.c",
    notes: ["make  [a.c]"],
  },
  {
    line: String.raw`krakend-watch -r '\.coffee$' -- coffee -c {}`,
    tools: ["coffee"],
    ignored: "a.js",
    changed: "src/a.coffee",
    notes: ["coffee -c src/a.coffee [src/a.coffee]"],
  },
  {
    line: String
      .raw`krakend-watch -r '\.scss$' -- sh -c 'sass {} ${"`"}basename {} .scss${"`"}.css'`,
    tools: ["sass"],
    ignored: "a.css",
    changed: "css/a.scss",
    notes: ["sass css/a.scss a.css [css/a.scss]"],
  },
  {
    line: "krakend-watch -R '^third_party/' make",
    tools: ["make"],
    ignored: "third_party/a.c",
    changed: "a.c",
    notes: ["make  [a.c]"],
  },
  {
    line: "krakend-watch -r foo -r bar -R baz -G 'x/*/y' make",
    tools: ["make"],
    ignored: "foobarbaz",
    changed: "foobar",
    notes: ["make  [foobar]"],
  },
  {
    line: "krakend-watch -g 'path/to/project/*.c' make",
    tools: ["make"],
    ignored: "path/to/a.c",
    changed: "path/to/project/a.c",
    notes: ["make  [path/to/project/a.c]"],
  },
  {
    line: String.raw`krakend-watch --substitute @@ -r '\.txt$' -- cc {} @@`,
    tools: ["cc"],
    ignored: "a.c",
    changed: "a.txt",
    notes: ["cc {} a.txt [a.txt]"],
  },
];

for (const { line, tools, ignored, changed, notes } of LINES) {
  Deno.test(`${line}: runs for ${changed} and not for ${ignored}`, async () => {
    await using shop = await Workshop.open();
    for (const tool of tools) await shop.tool(tool);
    // The folders are there: one that is made is a change, too.
    await shop.write(changed);
    await shop.write(ignored);
    await shop.startLine(line);
    await shop.write(ignored);
    await shop.write(changed);
    await shop.noted(...notes);
  });
}

Deno.test("krakend-watch -r '\\.txt$' echo {}: prints each file that changes", async () => {
  await using shop = await Workshop.open();
  await shop.startLine(String.raw`krakend-watch -r '\.txt$' echo {}`);
  await shop.write("a.txt");
  await shop.write("sub/b c.txt");
  await shop.until(
    "both are printed",
    () => ["a.txt", "sub/b c.txt"].every((name) => shop.lines.includes(name)),
  );
});

Deno.test("krakend-watch -r '.*\\.txt' -- ls -l: the options after -- are the command's", async () => {
  await using shop = await Workshop.open();
  await shop.startLine(String.raw`krakend-watch -r '.*\.txt' -- ls -l`);
  await shop.write("a.txt");
  await shop.until(
    "ls has listed the file in its long form",
    () => shop.lines.some((line) => /^-rw.* a\.txt$/.test(line)),
  );
});

Deno.test("krakend-watch -- sh -c 'sleep 1 && echo {}': without patterns, every file counts", async () => {
  await using shop = await Workshop.open();
  await shop.startLine("krakend-watch -- sh -c 'sleep 0.1 && echo {}'");
  await shop.write("anything");
  await shop.until(
    "the file is printed",
    () => shop.lines.includes("anything"),
  );
});

Deno.test("krakend-watch -r '\\.txt' cp {} {}.bak: what a command writes is a change as well", async () => {
  await using shop = await Workshop.open();
  await shop.startLine(String.raw`krakend-watch -r '\.txt' cp {} {}.bak`);
  await shop.write("foo.txt", "text");
  await shop.until(
    "the copy is copied",
    () => exists(shop.path("foo.txt.bak.bak")),
  );
  assertEquals(await Deno.readTextFile(shop.path("foo.txt.bak")), "text");
});

Deno.test("the lines of its file of commands print their five lines in order", async () => {
  for (const option of ["", "--sequential", "-e"]) {
    await using shop = await Workshop.open();
    const command =
      "sh -c 'for i in `seq 1 5`; do sleep 0.01; echo first; done'";
    await shop.startLine(`krakend-watch ${option} -- ${command}`);
    await shop.write("a");
    await shop.reports("sh succeeded");
    assertEquals(shop.lines.filter((line) => line === "first").length, 5);
  }
});

Deno.test("krakend-watch -r '\\.java$' -s -- sh -c 'make && java bin/Server': starts at once, and again on change", async () => {
  await using shop = await Workshop.open();
  await shop.tool("make");
  await shop.tool("java", "exec sleep 1000");
  await shop.startLine(
    String
      .raw`krakend-watch -r '\.java$' -s -- sh -c 'make && java bin/Server'`,
  );
  const first = ["make  []", "java bin/Server []"];
  await shop.noted(...first);
  await shop.write("Server.txt");
  await shop.write("Server.java");
  await shop.noted(
    ...first,
    "make  [Server.java]",
    "java bin/Server [Server.java]",
  );
});

Deno.test("krakend-watch -sr '\\.rb$' -- ./bin/run_server.sh: short options share a dash", async () => {
  await using shop = await Workshop.open();
  await shop.write(
    "bin/run_server.sh",
    '#!/bin/sh\necho "served" >> "$NOTES"; exec sleep 1000\n',
  );
  await Deno.chmod(shop.path("bin/run_server.sh"), 0o755);
  await shop.startLine(
    String.raw`krakend-watch -sr '\.rb$' -- ./bin/run_server.sh`,
  );
  await shop.noted("served");
  await shop.write("a.rb");
  await shop.noted("served", "served");
});

Deno.test("krakend-watch -s -g reflex.conf -- reflex -c reflex.conf: another watcher is a service like any", async () => {
  await using shop = await Workshop.open();
  await shop.tool("reflex", "exec sleep 1000");
  await shop.write("reflex.conf");
  await shop.startLine(
    "krakend-watch -s -g reflex.conf -- reflex -c reflex.conf",
  );
  await shop.noted("reflex -c reflex.conf []");
  await shop.write("reflex.conf");
  await shop.noted(
    "reflex -c reflex.conf []",
    "reflex -c reflex.conf [reflex.conf]",
  );
});
