/**
 * Which machine a program is for, from its first bytes.
 *
 * @module
 */

const ELF = 0x7f454c46;
const MACH_O_64 = 0xcffaedfe;

/** How many bytes {@linkcode machineOf} reads. */
export const HEAD_BYTES = 20;

/**
 * The target that a program is made for.
 *
 * @param head The first {@linkcode HEAD_BYTES} of the file.
 * @returns The name of a target, or undefined for anything else.
 */
export function machineOf(head: Uint8Array): string | undefined {
  if (head.length < HEAD_BYTES) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  switch (view.getUint32(0)) {
    case ELF:
      return ({ 62: "linux-amd64", 183: "linux-arm64" })[
        view.getUint16(18, true)
      ];
    case MACH_O_64:
      return ({ 0x01000007: "darwin-amd64", 0x0100000c: "darwin-arm64" })[
        view.getUint32(4, true)
      ];
  }
  return undefined;
}
