/**
 * Which machine a program is for, from its first bytes.
 *
 * @module
 */

const ELF = 0x7f454c46;
const MACH_O_64 = 0xcffaedfe;
const DOS = 0x4d5a;
const PE = 0x50450000;

/** Where a DOS header says where the PE header is. */
const PE_OFFSET = 0x3c;

/** How many bytes {@linkcode machineOf} looks at. */
export const HEAD_BYTES = 4096;

/**
 * The target that a program is made for.
 *
 * @param head The first {@linkcode HEAD_BYTES} of the file.
 * @returns The name of a target, or undefined for anything else.
 */
export function machineOf(head: Uint8Array): string | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const u16 = (at: number) =>
    at + 2 <= head.length ? view.getUint16(at, true) : 0;
  const u32 = (at: number) =>
    at + 4 <= head.length ? view.getUint32(at, true) : 0;
  const magic = head.length >= 4 ? view.getUint32(0) : 0;
  if (magic === ELF) {
    return ({ 62: "linux-amd64", 183: "linux-arm64" })[u16(18)];
  }
  if (magic === MACH_O_64) {
    return ({ 0x01000007: "darwin-amd64", 0x0100000c: "darwin-arm64" })[u32(4)];
  }
  if (magic >>> 16 === DOS) {
    const header = u32(PE_OFFSET);
    const isPe = header + 6 <= head.length && view.getUint32(header) === PE;
    return isPe && u16(header + 4) === 0x8664 ? "windows-amd64" : undefined;
  }
  return undefined;
}
