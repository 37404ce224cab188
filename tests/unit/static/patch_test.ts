import { assert, assertEquals, assertThrows } from "@std/assert";
import { parseElf, PF, PT } from "../../../scripts/static/elf.ts";
import { StaticError } from "../../../scripts/static/errors.ts";
import { parseProgram, patch, unpatch } from "../../../scripts/static/patch.ts";
import { HEADER_SIZE, MAGIC } from "../../../scripts/static/segment.ts";
import { type Sample, sampleElf, sampleParts } from "./sample.ts";

function patched(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return patch(parseProgram(bytes, "x86_64"), sampleParts(), "x86_64");
}

function refuses(sample: Sample, message: string) {
  assertThrows(
    () => parseProgram(sampleElf(sample), "x86_64"),
    StaticError,
    message,
  );
}

Deno.test("a patched file begins in its new segment, which may be read and run, not written", () => {
  const elf = parseElf(patched(sampleElf()));
  const segment = elf.programHeaders.findLast(({ type }) => type === PT.LOAD);
  assert(segment);
  assertEquals(elf.entry, segment.address + HEADER_SIZE);
  assertEquals(segment.flags, PF.R | PF.X);
  const start = elf.bytes.subarray(segment.offset);
  assertEquals(
    new TextDecoder().decode(start.subarray(0, MAGIC.length)),
    MAGIC,
  );
  assertEquals(start[HEADER_SIZE], 1);
});

Deno.test("a patched file is static: no PT_INTERP, no PT_DYNAMIC", () => {
  const types = parseElf(patched(sampleElf())).programHeaders
    .map(({ type }) => type);
  assertEquals(types, [PT.PHDR, PT.LOAD, PT.LOAD, PT.HIDDEN_DYNAMIC]);
});

Deno.test("the new segment is behind all others, in the file and in memory, as the largest alignment wants it", () => {
  const align = 0x4000;
  const bytes = sampleElf({
    with: [{ type: PT.LOAD, address: 0x8000, memorySize: 10, align }],
  });
  const segment = parseElf(patched(bytes)).programHeaders
    .findLast(({ type }) => type === PT.LOAD);
  assertEquals(segment?.offset, align);
  assertEquals(segment?.address, 0xc000);
  assertEquals(segment?.align, align);
});

Deno.test("pages of 64 KiB are provided for on aarch64", () => {
  const program = parseProgram(sampleElf({ machine: 183 }), "aarch64");
  const segment = parseElf(patch(program, sampleParts(), "aarch64"))
    .programHeaders.findLast(({ type }) => type === PT.LOAD);
  assertEquals(segment?.address, 0x10000);
  assertEquals(segment?.fileSize, 0x20000);
});

Deno.test("unpatch() gives back the very bytes", () => {
  const bytes = sampleElf();
  assertEquals(unpatch(patched(bytes)), { bytes });
});

Deno.test("unpatch() gives back the payload", () => {
  const bytes = sampleElf();
  const payload = {
    file: { name: "ä.js", content: new TextEncoder().encode("code") },
    words: ["run", "", "ö", ""],
    variables: ["A=1"],
    masked: [],
  };
  const program = parseProgram(bytes, "x86_64");
  const result = patch(program, { ...sampleParts(), payload }, "x86_64");
  assertEquals(unpatch(result), { bytes, payload });
});

Deno.test({
  name: "unpatch() gives back the very bytes of the runtime",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const bytes = await Deno.readFile(Deno.execPath());
    const program = parseProgram(bytes, Deno.build.arch);
    const result =
      unpatch(patch(program, sampleParts(), Deno.build.arch)).bytes;
    assertEquals(await sum(result), await sum(bytes));
  },
});

Deno.test("unpatch() refuses a file that was not patched", () => {
  assertThrows(
    () => unpatch(sampleElf()),
    StaticError,
    "has not been made static here",
  );
});

Deno.test("a file is not patched twice", () => {
  assertThrows(
    () => parseProgram(patched(sampleElf()), "x86_64"),
    StaticError,
    "made static already",
  );
});

Deno.test("a program for another machine is refused", () => {
  refuses({ machine: 183 }, "not for x86_64: its machine is 183");
});

Deno.test("a file that no ld.so loads is refused", () => {
  refuses({ without: [PT.INTERP] }, "no PT_INTERP");
  refuses({ without: [PT.DYNAMIC] }, "no PT_DYNAMIC");
});

Deno.test("a program that does not say where its headers are is refused", () => {
  refuses({ without: [PT.PHDR] }, "no PT_PHDR");
});

Deno.test("more libraries than the launcher takes are refused", () => {
  const program = parseProgram(sampleElf(), "x86_64");
  assert(patch(program, sampleParts(31), "x86_64"));
  assertThrows(
    () => patch(program, sampleParts(32), "x86_64"),
    StaticError,
    "too many libraries: 33",
  );
});

async function sum(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return new Uint8Array(digest).toHex();
}
