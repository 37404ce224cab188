/**
 * What the files of a build are made of, and under which licences.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { DENO_VERSION } from "./deno_cli.ts";
import { type LibraryVersions, PINNED_VERSIONS } from "./license_texts.ts";

/** The licences of what is in a file, by their SPDX names. */
export type License =
  | "MIT"
  | "BSD-3-Clause"
  | "LGPL-2.1-or-later"
  | "GPL-3.0-or-later WITH GCC-exception-3.1";

/** A work by others that is part of a file. */
export interface Component {
  readonly name: string;
  readonly version: string;
  readonly license: License;
  readonly copyright: readonly string[];
  /** What else has to be said. */
  readonly note?: string;
  /** The file beside this one with its licence, if the words of that name its authors. */
  readonly licenseFile?: string;
}

/** What a file contains besides krakend-watch. */
export interface Contents {
  /** What the file runs on; `bundle` contains no runtime. */
  readonly runtime: "bundle" | "denort" | "deno CLI";
  /** Whether the static step adds libraries. */
  readonly isStatic?: boolean;
}

const DENO_AUTHORS = "Copyright 2018-2026 the Deno authors";

/** The parts of @std that get into the program. */
export const STD_PARTS = ["async", "fmt", "path", "text", "yaml"];

const LIBRARIES: readonly Component[] = [
  {
    name: "The Deno standard library",
    version: STD_PARTS.map((part) => `${part} ${versionOf(`@std/${part}`)}`)
      .join(", "),
    license: "MIT",
    copyright: [
      DENO_AUTHORS,
      "Copyright the Browserify authors",
      "Copyright 2011-2015 by Vitaly Puzrin",
    ],
  },
  {
    name: "jsonc-parser",
    version: versionOf("jsonc-parser"),
    license: "MIT",
    copyright: ["Copyright (c) Microsoft Corporation"],
  },
  {
    name: "RE2JS",
    version: versionOf("re2js"),
    license: "MIT",
    copyright: ["Copyright (c) 2023 Oleksii Vasyliev"],
  },
  {
    name: "smol-toml",
    version: versionOf("smol-toml"),
    license: "BSD-3-Clause",
    copyright: ["Copyright (c) Squirrel Chat et al."],
    licenseFile: "smol_toml_license.txt",
  },
];

/** The runtime and its engine; denort is of the version of the Deno that compiles for it. */
function denoIn({ runtime }: Contents): readonly Component[] {
  const version = runtime === "deno CLI" ? DENO_VERSION : Deno.version.deno;
  return [
    {
      name: "Deno",
      version,
      license: "MIT",
      copyright: [DENO_AUTHORS],
      note:
        `Deno is built from some hundreds of packages of Rust ("crates") by others,
most of them under the MIT licence or Apache-2.0, at the user's choice. They are
listed in https://github.com/denoland/deno/blob/v${version}/Cargo.lock; the
notice and the licence of NAME are in the package https://crates.io/crates/NAME
of the version there. Their texts are not repeated here.`,
    },
    {
      name: "V8, the engine of Deno",
      version: Deno.version.v8,
      license: "BSD-3-Clause",
      copyright: ["Copyright 2014, the V8 project authors"],
      licenseFile: "v8_license.txt",
      note:
        `V8 contains ICU (Unicode-3.0, Copyright Unicode, Inc.) and other works, whose
notices are in its sources: https://github.com/denoland/v8.`,
    },
  ];
}

/** The libraries that the static step adds. */
function staticLibraries(
  { libc, libgcc }: LibraryVersions,
): readonly Component[] {
  // They are then known to the builder alone.
  const isOwn = Deno.env.get("STATIC_LIBRARIES") !== undefined;
  const own = "the builder's own";
  return [
    {
      name: "The GNU C Library (ld.so, libc and their companions)",
      version: isOwn ? own : `of Debian's source package glibc ${libc}`,
      license: "LGPL-2.1-or-later",
      copyright: ["Copyright 1991-2022 Free Software Foundation, Inc."],
      note:
        `Modified in one byte: the name of the file /etc/ld.so.preload in ld.so is
made empty when krakend-watch is built. You may put your own build of this
library in its place: get the sources of krakend-watch and run
STATIC_LIBRARIES=FOLDER deno task relink FILE OUTPUT.`,
    },
    {
      name: "libgcc_s, the runtime library of GCC",
      version: isOwn ? own : `of Debian's source package gcc-12 ${libgcc}`,
      license: "GPL-3.0-or-later WITH GCC-exception-3.1",
      copyright: ["Copyright 1989-2022 Free Software Foundation, Inc."],
      note: "The exception lets any program be combined with it.",
    },
  ];
}

/** Lists what a file is made of, without krakend-watch itself. */
export function componentsOf(
  contents: Contents,
  versions: LibraryVersions = PINNED_VERSIONS,
): readonly Component[] {
  const { runtime, isStatic = false } = contents;
  return [
    ...LIBRARIES,
    ...(runtime === "bundle" ? [] : denoIn(contents)),
    ...(isStatic ? staticLibraries(versions) : []),
  ];
}

/** Returns the licences of all that a file contains, as an expression of SPDX. */
export function licenseOf(contents: Contents): string {
  const licenses = componentsOf(contents).map(({ license }) => license);
  return [...new Set(["MIT", ...licenses])].join(" AND ");
}

/** The version of an import of deno.json. */
function versionOf(name: string): string {
  const specifiers: Readonly<Record<string, string>> = manifest.imports;
  const specifier = specifiers[name] ?? "";
  return specifier.slice(specifier.lastIndexOf("@") + 1);
}
