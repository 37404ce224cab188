import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../lib/errors.ts";
import { checkPresence, requirePresence } from "../../lib/presence.ts";
import { takeSnapshot } from "../../lib/watch/snapshot.ts";
import { withFolder } from "./support.ts";

/** Writes files, and looks at those that are named. */
async function look(
  folder: string,
  files: Readonly<Record<string, string>>,
  ...names: string[]
) {
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(join(folder, name), text);
  }
  return await takeSnapshot(names.map((name) => join(folder, name)));
}

Deno.test("a configuration file that can be read is all that is needed to begin", () =>
  withFolder(async (folder) => {
    const files = { "krakend.json": "{" };
    requirePresence("x", await look(folder, files, "krakend.json"));
  }));

Deno.test("an empty file may be filled later, so it is enough to begin", () =>
  withFolder(async (folder) => {
    requirePresence("x", await look(folder, { "empty": "" }, "empty"));
  }));

Deno.test("a configuration file that is not there is named as the user wrote it", () =>
  withFolder(async (folder) => {
    const snapshot = await look(folder, {}, "krakend.json");
    const { message } = assertThrows(
      () => requirePresence("../krakend.json", snapshot),
      UsageError,
    );
    assertEquals(
      message,
      'Cannot use "../krakend.json" as the configuration: it is missing; ' +
        "name the file with -c FILE or KRAKEND_CONFIG",
    );
  }));

Deno.test("a folder is no configuration file", () =>
  withFolder(async (folder) => {
    const snapshot = await takeSnapshot([folder]);
    assertThrows(
      () => requirePresence("etc", snapshot),
      UsageError,
      "it is a folder",
    );
  }));

Deno.test("files that hold anything pass without a check", () =>
  withFolder(async (folder) => {
    const files = { "a": "no JSON at all", "b": " " };
    assertEquals(checkPresence(await look(folder, files, "a", "b")), {
      ok: true,
    });
  }));

Deno.test("a file that is gone or empty fails without a check", () =>
  withFolder(async (folder) => {
    const files = { "a": "{}", "empty": "" };
    assertEquals(checkPresence(await look(folder, files, "a", "empty")), {
      ok: false,
      message: "it is empty",
    });
    assertEquals(checkPresence(await look(folder, files, "a", "gone")), {
      ok: false,
      message: "it is missing",
    });
  }));
