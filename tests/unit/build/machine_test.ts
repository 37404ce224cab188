import { assertEquals } from "@std/assert";
import { HEAD_BYTES, machineOf } from "../../../scripts/build/machine.ts";

/** The head of a file with these bytes at these places. */
function head(...parts: readonly (readonly [number, readonly number[]])[]) {
  const bytes = new Uint8Array(HEAD_BYTES);
  for (const [at, values] of parts) bytes.set(values, at);
  return bytes;
}

const ELF = [0, [0x7f, 0x45, 0x4c, 0x46]] as const;
const MACH_O = [0, [0xcf, 0xfa, 0xed, 0xfe]] as const;

Deno.test("machineOf() knows the machines of all targets", () => {
  const cases = [
    ["linux-amd64", head(ELF, [18, [62, 0]])],
    ["linux-arm64", head(ELF, [18, [183, 0]])],
    ["darwin-amd64", head(MACH_O, [4, [7, 0, 0, 1]])],
    ["darwin-arm64", head(MACH_O, [4, [12, 0, 0, 1]])],
  ] as const;
  for (const [name, bytes] of cases) assertEquals(machineOf(bytes), name);
});

Deno.test("machineOf() knows nothing of other files, however short they are", () => {
  const others = [
    new Uint8Array(),
    Uint8Array.of(0x7f, 0x45, 0x4c, 0x46),
    head(ELF, [18, [3, 0]]),
    head(MACH_O, [4, [7, 0, 0, 0]]),
    new TextEncoder().encode("#!/bin/sh\n"),
  ];
  for (const bytes of others) assertEquals(machineOf(bytes), undefined);
});

Deno.test("machineOf() knows what this Deno was made for", async () => {
  using file = await Deno.open(Deno.execPath());
  const bytes = new Uint8Array(HEAD_BYTES);
  await file.read(bytes);
  const { os, arch } = Deno.build;
  const machine = `${os}-${arch === "aarch64" ? "arm64" : "amd64"}`;
  assertEquals(machineOf(bytes), machine);
});
