import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { UsageError } from "../../lib/errors.ts";
import { checkPresence, requirePresence } from "../../lib/presence.ts";
import { takeSnapshot } from "../../lib/watch/snapshot.ts";
import { withFolder } from "./support.ts";

/** The state of a file with this text; without one, of a file that is not there. */
async function stateOf(folder: string, text?: string) {
  const path = join(folder, "krakend.json");
  if (text !== undefined) await Deno.writeTextFile(path, text);
  return (await takeSnapshot([path])).files.get(path);
}

Deno.test("a configuration file that can be read is all that is needed to begin", () =>
  withFolder(async (folder) => {
    requirePresence("x", await stateOf(folder, "{"));
  }));

Deno.test("an empty file may be filled later, so it is enough to begin", () =>
  withFolder(async (folder) => {
    requirePresence("x", await stateOf(folder, ""));
  }));

Deno.test("a configuration file that is not there is named as the user wrote it", () =>
  withFolder(async (folder) => {
    const state = await stateOf(folder);
    const { message } = assertThrows(
      () => requirePresence("../krakend.json", state),
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
    const { files } = await takeSnapshot([folder]);
    assertThrows(
      () => requirePresence("etc", files.get(folder)),
      UsageError,
      "it is a folder",
    );
  }));

Deno.test("a file that holds anything passes without a check", () =>
  withFolder(async (folder) => {
    for (const text of ["no JSON at all", " "]) {
      assertEquals(checkPresence(await stateOf(folder, text)), { ok: true });
    }
  }));

Deno.test("a file that is gone or empty fails without a check", () =>
  withFolder(async (folder) => {
    const refused = (message: string) => ({ ok: false, message }) as const;
    assertEquals(
      checkPresence(await stateOf(folder)),
      refused("it is missing"),
    );
    assertEquals(
      checkPresence(await stateOf(folder, "")),
      refused("it is empty"),
    );
  }));
