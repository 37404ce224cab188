/**
 * What differs between the architectures.
 *
 * @module
 */

/** The architectures that there is a launcher for, as the kernel names them. */
export type Arch = "x86_64" | "aarch64";

/** What is known of an architecture. */
export interface Architecture {
  /** The number of it in ELF files. */
  readonly machine: number;
  /** The largest page that its kernels use, in bytes. */
  readonly page: number;
  /** The file name of its ld.so. */
  readonly ldSo: string;
  /** Debian's name for it. */
  readonly debian: string;
  /** The folder of Debian's libraries, and the prefix of its compilers. */
  readonly triplet: string;
  /** The flags that compilers need: nothing but general registers, no help from a library. */
  readonly compilerFlags: readonly string[];
}

/** All of them. */
export const ARCHITECTURES: Readonly<Record<Arch, Architecture>> = {
  x86_64: {
    machine: 62,
    page: 0x1000,
    ldSo: "ld-linux-x86-64.so.2",
    debian: "amd64",
    triplet: "x86_64-linux-gnu",
    compilerFlags: [
      "-mno-red-zone",
      "-mgeneral-regs-only",
      "-fcf-protection=none",
    ],
  },
  aarch64: {
    machine: 183,
    page: 0x10000,
    ldSo: "ld-linux-aarch64.so.1",
    debian: "arm64",
    triplet: "aarch64-linux-gnu",
    compilerFlags: ["-mgeneral-regs-only"],
  },
};
