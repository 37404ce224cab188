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
  const { targets, areNamed, runtime } = readArguments([
    "--target",
    "darwin-arm64",
    "--target=linux-amd64",
    "--target=darwin-arm64",
    "--runtime=cli",
  ]);
  assertEquals(targets.map(({ name }) => name), [
    "darwin-arm64",
    "linux-amd64",
  ]);
  assertEquals([areNamed, runtime], [true, "cli"]);
});

Deno.test("readArguments() names what it got and what it accepts", () => {
  const refused = [
    [
      ["--target=plan9-amd64"],
      'Unknown target "plan9-amd64": there are linux-amd64, ',
    ],
    [["--target"], 'Unknown target "": there are '],
    [["--runtime=deno"], 'Unknown runtime "deno": there are denort, cli'],
    [["--runtime"], 'Unknown runtime "": there are denort, cli'],
    [
      ["--tarhet=linux-amd64"],
      'Unknown argument "--tarhet=linux-amd64": the build takes ',
    ],
    [["linux-amd64"], 'Unknown argument "linux-amd64": the build takes '],
  ] as const;
  for (const [words, message] of refused) {
    assertThrows(() => readArguments(words), UsageError, message);
  }
});
