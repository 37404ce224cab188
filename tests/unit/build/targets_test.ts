import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/errors.ts";
import { targetOf, TARGETS } from "../../../scripts/build/targets.ts";

Deno.test("every target finds itself by its name, and its file is named after it", () => {
  for (const target of TARGETS) {
    assertEquals(targetOf(target.name), target);
    assertEquals(target.file, `krakend-watch-${target.name}`);
  }
});

Deno.test("the files for Linux are made static, the others are not", () => {
  for (const { name, staticArch } of TARGETS) {
    assertEquals(staticArch !== undefined, name.startsWith("linux-"), name);
  }
});

Deno.test("an unknown target is named, and so are those that there are", () => {
  for (const name of ["", "linux", "Linux-amd64", "x86_64-unknown-linux-gnu"]) {
    const error = assertThrows(() => targetOf(name), UsageError);
    assertEquals(
      error.message,
      `Unknown target "${name}": there are linux-amd64, linux-arm64, darwin-amd64, darwin-arm64`,
    );
  }
});
