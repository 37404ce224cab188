import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/errors.ts";
import { readArguments } from "../../../scripts/build/arguments.ts";
import { TARGETS } from "../../../scripts/build/targets.ts";

Deno.test("readArguments() builds all targets unless some are named", () => {
  assertEquals(readArguments([]), {
    targets: TARGETS,
    areNamed: false,
    runtime: undefined,
  });
});

Deno.test("readArguments() takes several targets, each once, and a runtime", () => {
  const words = ["--target", "darwin-arm64", "--target=linux-amd64"];
  const { targets, areNamed, runtime } = readArguments(
    [...words, "--target=darwin-arm64", "--runtime=cli"],
  );
  const names = targets.map(({ name }) => name);
  assertEquals(names, ["darwin-arm64", "linux-amd64"]);
  assertEquals([areNamed, runtime], [true, "cli"]);
});

Deno.test("readArguments() names what it got and what it accepts", () => {
  const refused = {
    "--target=plan9-amd64": 'Unknown target "plan9-amd64": there are linux-',
    "--target": 'Unknown target "": there are ',
    "--runtime=deno": 'Unknown runtime "deno": there are denort, cli',
    "--runtime": 'Unknown runtime "": there are denort, cli',
    "--tarhet=a": 'Unknown argument "--tarhet=a": the build takes ',
    "linux-amd64": 'Unknown argument "linux-amd64": the build takes ',
  };
  for (const [word, message] of Object.entries(refused)) {
    assertThrows(() => readArguments([word]), UsageError, message);
  }
});
