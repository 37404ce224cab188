/**
 * Where the files of the program are after its installation, on each system.
 *
 * @module
 */

import { join } from "@std/path";
import { licenseOf } from "../build/components.ts";
import {
  COMPLETION_FILES,
  LICENSES_FILE,
  MAN_FILE,
  type Target,
} from "../build/targets.ts";
import { DESCRIPTION, HOMEPAGE, SUMMARY, VERSION } from "./about.ts";
import type { Format } from "./nfpm.ts";

/** A file of a package. */
export interface PackagedFile {
  /** Its path now. */
  readonly source: string;
  /** Its path once installed. */
  readonly path: string;
  readonly isProgram?: boolean;
}

/** Where systems differ. */
const PLACES: Readonly<Record<Format, { zsh: string; licenses: string }>> = {
  deb: {
    zsh: "/usr/share/zsh/vendor-completions",
    licenses: "/usr/share/doc/krakend-watch/copyright",
  },
  rpm: {
    zsh: "/usr/share/zsh/site-functions",
    licenses: "/usr/share/licenses/krakend-watch/LICENSES.txt",
  },
  apk: {
    zsh: "/usr/share/zsh/site-functions",
    licenses: "/usr/share/licenses/krakend-watch/LICENSES.txt",
  },
};

/** The page of the manual, which packages hold compressed. */
export const PACKED_MAN_FILE = `${MAN_FILE}.gz`;

/**
 * Returns the files of a package.
 *
 * @param dist The folder of a build.
 * @param work A folder with the compressed page of the manual.
 */
export function contentsOf(
  { file }: Target,
  format: Format,
  { dist, work }: { dist: string; work: string },
): readonly PackagedFile[] {
  const { zsh, licenses } = PLACES[format];
  const share = "/usr/share";
  return [
    {
      source: join(dist, file),
      path: "/usr/bin/krakend-watch",
      isProgram: true,
    },
    {
      source: join(work, PACKED_MAN_FILE),
      path: `${share}/man/man1/${PACKED_MAN_FILE}`,
    },
    {
      source: join(dist, COMPLETION_FILES.bash),
      path: `${share}/bash-completion/completions/krakend-watch`,
    },
    {
      source: join(dist, COMPLETION_FILES.zsh),
      path: `${zsh}/_krakend-watch`,
    },
    {
      source: join(dist, COMPLETION_FILES.fish),
      path: `${share}/fish/vendor_completions.d/krakend-watch.fish`,
    },
    { source: join(dist, LICENSES_FILE), path: licenses },
  ];
}

/** Returns what nfpm has to know of a package. */
export function configOf(
  target: Target,
  format: Format,
  files: readonly PackagedFile[],
  time: Date,
): Readonly<Record<string, unknown>> {
  const mtime = time.toISOString();
  return {
    name: "krakend-watch",
    arch: target.name.replace("linux-", ""),
    platform: "linux",
    version: VERSION,
    release: "1",
    section: "net",
    priority: "optional",
    maintainer: `The krakend-watch authors <${HOMEPAGE}/issues>`,
    vendor: "The krakend-watch authors",
    // Debian's begins with the summary; that of Alpine is one line.
    description: {
      deb: `${SUMMARY}\n${DESCRIPTION}`,
      rpm: DESCRIPTION,
      apk: SUMMARY,
    }[format],
    homepage: HOMEPAGE,
    license: licenseOf({ runtime: "denort", isStatic: true }),
    // It runs any krakend that is there, under any name.
    suggests: ["krakend"],
    mtime,
    rpm: { summary: SUMMARY, buildhost: "localhost" },
    contents: files.map(({ source, path, isProgram }) => ({
      src: source,
      dst: path,
      file_info: { mode: isProgram ? 0o755 : 0o644, mtime },
    })),
  };
}
