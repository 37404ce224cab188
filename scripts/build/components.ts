/**
 * What the files of a build are made of, and under which licences.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { DENO_VERSION } from "./deno_cli.ts";

/** A work by others that is part of a file. */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** The name of the licence, after SPDX. */
  readonly license: string;
  readonly copyright: readonly string[];
  /** What else has to be said. */
  readonly note?: string;
}

/** What a file contains besides krakend-watch. */
export interface Contents {
  /** What the file runs on; `bundle` contains no runtime. */
  readonly runtime: "bundle" | "denort" | "deno CLI";
  /** Whether the static step adds libraries. */
  readonly isStatic?: boolean;
}

const DENO_AUTHORS = "Copyright 2018-2026 the Deno authors";

const LIBRARIES: readonly Component[] = [
  {
    name: "@std (the Deno standard library)",
    version: versionsOf("@std/"),
    license: "MIT",
    copyright: [DENO_AUTHORS, "Copyright the Browserify authors"],
  },
  {
    name: "jsonc-parser",
    version: versionsOf("jsonc-parser"),
    license: "MIT",
    copyright: ["Copyright (c) Microsoft"],
  },
];

const DENO: Component = {
  name: "Deno",
  version: DENO_VERSION,
  license: "MIT",
  copyright: [DENO_AUTHORS],
  note:
    "It contains V8 (BSD-3-Clause, Copyright the V8 project authors) and\n" +
    "other works, whose notices are in the sources of this version of Deno.",
};

/** The libraries that the static step adds, as Debian builds them. */
export const STATIC_LIBRARIES: readonly Component[] = [
  {
    name: "GNU C Library (ld.so, libc and its parts)",
    version: "2.36, Debian source package glibc 2.36-9+deb12u14",
    license: "LGPL-2.1-or-later",
    copyright: ["Copyright 1991-2022 Free Software Foundation, Inc."],
    note:
      "Not modified. To use another build of it, put that in the place of the\n" +
      "packages that scripts/static names, and run `deno task build`.",
  },
  {
    name: "libgcc_s (GCC's runtime library)",
    version: "12.2.0, Debian source package gcc-12 12.2.0-14+deb12u1",
    license: "GPL-3.0-or-later WITH GCC-exception-3.1",
    copyright: ["Copyright 1989-2022 Free Software Foundation, Inc."],
    note: "Not modified. The exception lets any program be combined with it.",
  },
];

/** Lists what a file is made of, krakend-watch itself left out. */
export function componentsOf({ runtime, isStatic = false }: Contents) {
  return [
    ...LIBRARIES,
    ...(runtime === "bundle" ? [] : [DENO]),
    ...(isStatic ? STATIC_LIBRARIES : []),
  ];
}

/** The versions of the packages whose names begin so. */
function versionsOf(prefix: string): string {
  return Object.entries(manifest.imports)
    .filter(([key]) => key.startsWith(prefix))
    // The tests' own are not part of a file.
    .filter(([key]) => key !== "@std/assert")
    .map(([key, specifier]) => {
      const version = specifier.slice(specifier.lastIndexOf("@") + 1);
      return key === prefix
        ? version
        : `${key.slice(prefix.length)} ${version}`;
    })
    .join(", ");
}
