import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { entriesOf, type Entry } from "../../../lib/watch/entries.ts";
import { withFolder } from "../support.ts";

/** Entries in order, with nothing else about them. */
function inOrder(entries: Iterable<Entry>): Entry[] {
  return [...entries].map(({ name, isDirectory }) => ({ name, isDirectory }))
    .sort((a, b) => a.name < b.name ? -1 : 1);
}

Deno.test("a folder is listed as Deno lists it: files, folders, links, and names of any kind", () =>
  withFolder(async (folder) => {
    for (
      const name of [
        "a",
        ".b",
        "with space",
        "\u00fcml\u00e4ut \u{1F600}",
        "\\",
      ]
    ) {
      await Deno.writeTextFile(join(folder, name), "");
      await Deno.mkdir(join(folder, `${name}.folder`));
    }
    await Deno.symlink("a.folder", join(folder, "link"));
    for (let i = 0; i < 2_000; i++) {
      await Deno.writeTextFile(join(folder, `${"long".repeat(20)}${i}`), "");
    }
    const entries = inOrder(entriesOf(folder));
    assertEquals(entries, inOrder(Deno.readDirSync(folder)));
    assertEquals(entries.length, 2_011);
  }));

Deno.test("what cannot be listed holds nothing", () =>
  withFolder(async (folder) => {
    const file = join(folder, "file");
    await Deno.writeTextFile(file, "");
    const long = join(folder, "a/".repeat(5_000));
    for (const path of [file, join(folder, "missing"), long]) {
      assertEquals(entriesOf(path), []);
    }
  }));
