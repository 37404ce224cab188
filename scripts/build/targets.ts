/**
 * The machines that there are files for.
 *
 * @module
 */

import { UsageError } from "../../lib/errors.ts";

/** What a file is built for. */
export interface Target {
  /** The name of the machine, as in images: `linux-amd64`. */
  readonly name: string;
  /** Deno's name of the machine. */
  readonly triple: string;
  /** The name of the file in dist/. */
  readonly file: string;
  /** The architecture, if the file has to become static; only Linux has that step. */
  readonly staticArch?: "x86_64" | "aarch64";
}

/** Every target, in the order of the release. */
export const TARGETS: readonly Target[] = [
  {
    name: "linux-amd64",
    triple: "x86_64-unknown-linux-gnu",
    file: "krakend-watch-linux-amd64",
    staticArch: "x86_64",
  },
  {
    name: "linux-arm64",
    triple: "aarch64-unknown-linux-gnu",
    file: "krakend-watch-linux-arm64",
    staticArch: "aarch64",
  },
  {
    name: "darwin-amd64",
    triple: "x86_64-apple-darwin",
    file: "krakend-watch-darwin-amd64",
  },
  {
    name: "darwin-arm64",
    triple: "aarch64-apple-darwin",
    file: "krakend-watch-darwin-arm64",
  },
];

/** The texts of all licences, beside the files. */
export const LICENSES_FILE = "LICENSES.txt";
/** The page of the manual. */
export const MAN_FILE = "krakend-watch.1";
/** The completions, by the shells that read them. */
export const COMPLETION_FILES = {
  bash: "krakend-watch.bash",
  zsh: "krakend-watch.zsh",
  fish: "krakend-watch.fish",
} as const;
/** The script that installs a release. */
export const INSTALL_FILE = "install.sh";
/** The sums of all other files. */
export const SUMS_FILE = "SHA256SUMS";

/** The formats of packages, which are also the extensions of their files. */
export const PACKAGE_FORMATS = ["deb", "rpm", "apk"] as const;
/** The formula for Homebrew. */
export const FORMULA_FILE = "krakend-watch.rb";

/** Everything that a build puts into dist/, and the packages that are made of it. */
export const DIST_FILES: readonly string[] = [
  ...TARGETS.map(({ file }) => file),
  ...TARGETS.filter(({ staticArch }) => staticArch).flatMap(({ file }) =>
    PACKAGE_FORMATS.map((format) => `${file}.${format}`)
  ),
  FORMULA_FILE,
  INSTALL_FILE,
  MAN_FILE,
  ...Object.values(COMPLETION_FILES),
  LICENSES_FILE,
  SUMS_FILE,
];

/**
 * Finds the target of a name.
 *
 * @throws {UsageError} If there is none.
 */
export function targetOf(name: string): Target {
  const target = TARGETS.find((it) => it.name === name);
  if (target) return target;
  const known = TARGETS.map((it) => it.name).join(", ");
  throw new UsageError(`Unknown target "${name}": there are ${known}`);
}
