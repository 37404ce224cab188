import { assertEquals, assertRejects } from "@std/assert";
import { parseElf } from "../../../scripts/static/elf.ts";
import { StaticError } from "../../../scripts/static/errors.ts";
import { collectLibraries } from "../../../scripts/static/libraries.ts";
import { sampleElf } from "./sample.ts";

const LD_SO = "ld-linux-x86-64.so.2";

function library(needed: readonly string[], text = ""): Uint8Array {
  const bytes = sampleElf({ needed });
  bytes.set(new TextEncoder().encode(`${text}\0`), 3_000);
  return bytes;
}

function glibc(version: string): Uint8Array {
  return library([LD_SO], `GNU C Library stable release version ${version}.`);
}

const COMPLETE: Record<string, Uint8Array> = {
  [LD_SO]: library([], "/etc/ld.so.preload"),
  "libc.so.6": glibc("2.36"),
  "libm.so.6": library(["libc.so.6", LD_SO]),
};

function collect(found: Record<string, Uint8Array>, needed = ["libm.so.6"]) {
  return collectLibraries(
    parseElf(sampleElf({ needed })),
    "x86_64",
    (name) => Promise.resolve(found[name]),
  );
}

Deno.test("a program gets the libraries it needs, and those that these need", async () => {
  const { ldSo, libraries } = await collect(COMPLETE);
  assertEquals(ldSo.name, LD_SO);
  assertEquals(libraries.map(({ name }) => name), ["libm.so.6", "libc.so.6"]);
});

Deno.test("a program does not get libraries that it does not need", async () => {
  const { libraries } = await collect(COMPLETE, ["libc.so.6"]);
  assertEquals(libraries.map(({ name }) => name), ["libc.so.6"]);
});

Deno.test("ld.so loses the name of the system's list of libraries to preload, and nothing else", async () => {
  const { ldSo } = await collect(COMPLETE);
  const before = COMPLETE[LD_SO] ?? new Uint8Array();
  const changed = [...ldSo.content.keys()]
    .filter((i) => ldSo.content[i] !== before[i]);
  assertEquals(changed, [3_000]);
  assertEquals(ldSo.content[3_000], 0);
});

Deno.test("libraries that are not complete are refused, by name", async () => {
  const { "libc.so.6": _, ...found } = COMPLETE;
  await assertRejects(
    () => collect(found),
    StaticError,
    "libm.so.6 needs libc.so.6, which is not among them",
  );
  await assertRejects(
    () => collect(COMPLETE, ["libfoo.so.1"]),
    StaticError,
    "the program needs libfoo.so.1",
  );
});

Deno.test("a library for another machine is refused, by name", async () => {
  const other = { ...COMPLETE, "libm.so.6": sampleElf({ machine: 183 }) };
  await assertRejects(
    () => collect(other),
    StaticError,
    "libm.so.6 is not for x86_64",
  );
});

Deno.test("a glibc that has its threads in a library of their own is refused", async () => {
  await assertRejects(
    () => collect({ ...COMPLETE, "libc.so.6": glibc("2.33") }),
    StaticError,
    "2.34 is needed, this is 2.33",
  );
  await assertRejects(
    () => collect({ ...COMPLETE, "libc.so.6": library([]) }),
    StaticError,
    "none that says its version",
  );
  await collect({ ...COMPLETE, "libc.so.6": glibc("3.0") });
});

Deno.test("a program without glibc is refused", async () => {
  await assertRejects(
    () => collect(COMPLETE, []),
    StaticError,
    "does not use glibc",
  );
});
