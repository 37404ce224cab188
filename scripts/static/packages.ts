/**
 * The packages of Debian that files are taken from: which, and how to know them.
 *
 * glibc is of the source package glibc 2.36-9+deb12u14, libgcc_s of gcc-12
 * 12.2.0-14+deb12u1.
 *
 * @module
 */

import type { Arch } from "./architecture.ts";

/** A package, by name, version, and sum of the .deb. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** SHA-256 in hexadecimal digits. */
  readonly sha256: string;
  /** The files that are wanted, as the package has them (./usr/bin/true). Default: all. */
  readonly files?: readonly string[];
}

const LIBC = "2.36-9+deb12u14";
const LIBGCC = "12.2.0-14+deb12u1";

/** Where ld.so and the libraries come from. They must fit together, so they are of one release. */
export const LIBRARY_PACKAGES: Readonly<Record<Arch, readonly Package[]>> = {
  x86_64: [
    {
      name: "libc6",
      version: LIBC,
      sha256:
        "ba4f88f73dbc3ae9055f3c20f4523bfdbaf1ad13ff95e258924f77d20b4fbedf",
    },
    {
      name: "libgcc-s1",
      version: LIBGCC,
      sha256:
        "3016e62cb4b7cd8038822870601f5ed131befe942774d0f745622cc77d8a88f7",
    },
  ],
  aarch64: [
    {
      name: "libc6",
      version: LIBC,
      sha256:
        "01f4330719fd4f65580e16ea5a0527f372fca750e8f588d26deaf09f2d3b1cf4",
    },
    {
      name: "libgcc-s1",
      version: LIBGCC,
      sha256:
        "576926b283613db80168ddf76380a3bd877602778cf0d226caa7bfbfa71eacf3",
    },
  ],
};
