import { assertEquals, assertThrows } from "@std/assert";
import { parseElf, PT, sectionOf } from "../../../scripts/static/elf.ts";
import { readDynamic } from "../../../scripts/static/dynamic.ts";
import { StaticError } from "../../../scripts/static/errors.ts";
import { sampleElf } from "./sample.ts";

function refuses(bytes: Uint8Array, message: string) {
  assertThrows(() => parseElf(bytes), StaticError, message);
}

Deno.test("parseElf() reads what matters of a program", () => {
  const elf = parseElf(sampleElf());
  assertEquals(elf.machine, 62);
  assertEquals(elf.entry, 0x800);
  assertEquals(
    elf.programHeaders.map(({ type }) => type),
    [PT.PHDR, PT.INTERP, PT.LOAD, PT.DYNAMIC],
  );
});

Deno.test("parseElf() refuses what is no ELF file", () => {
  refuses(new Uint8Array(0), "not an ELF file");
  refuses(new TextEncoder().encode("#!/bin/sh\n"), "not an ELF file");
});

Deno.test("parseElf() refuses files for 32 bits, and for big endian", () => {
  refuses(sampleElf().with(4, 1), "64 bits");
  refuses(sampleElf().with(5, 2), "little endian");
});

Deno.test("parseElf() refuses object files and core dumps", () => {
  refuses(sampleElf({ type: 1 }), "neither a program nor a library");
  refuses(sampleElf({ type: 4 }), "neither a program nor a library");
});

Deno.test("parseElf() refuses a file that is cut short anywhere", () => {
  for (const size of [63, 100, 4_095]) {
    refuses(sampleElf().subarray(0, size), "truncated ELF file");
  }
});

Deno.test("parseElf() refuses more program headers than the kernel takes", () => {
  const bytes = sampleElf();
  new DataView(bytes.buffer).setUint16(56, 0xffff, true);
  refuses(bytes, "too many program headers: 65535");
});

Deno.test("parseElf() refuses addresses beyond all memory", () => {
  const bytes = sampleElf();
  new DataView(bytes.buffer).setBigUint64(24, 2n ** 63n, true);
  refuses(bytes, "broken ELF file");
});

Deno.test("readDynamic() returns the libraries in their order", () => {
  const needed = ["libm.so.6", "libc.so.6"];
  assertEquals(readDynamic(parseElf(sampleElf({ needed }))).needed, needed);
});

Deno.test("readDynamic() finds nothing in a static program", () => {
  const elf = parseElf(sampleElf({ without: [PT.DYNAMIC] }));
  assertEquals(readDynamic(elf), { needed: [], soname: undefined });
});

Deno.test("sectionOf() finds nothing in a file without sections", () => {
  assertEquals(sectionOf(parseElf(sampleElf()), ".text"), undefined);
});
