/**
 * The notice and the licences that go with a file: what `--licenses` prints.
 *
 * @module
 */

import { join } from "@std/path";
import { ROOT } from "../paths.ts";
import {
  type Component,
  componentsOf,
  type Contents,
  type License,
} from "./components.ts";
import {
  libraryVersions,
  readCommonLicense,
  readGccException,
  readGlibcNotice,
  readLicense,
} from "./license_texts.ts";

/**
 * Writes the notice for a file, and all licences of what is in it.
 *
 * @throws {Unavailable | StaticError} If the text of a licence cannot be had.
 */
export async function licensesText(contents: Contents): Promise<string> {
  const own = (await Deno.readTextFile(join(ROOT, "LICENSE"))).trim();
  const versions = contents.isStatic ? await libraryVersions() : undefined;
  const components = componentsOf(contents, versions);
  const licenses = [...new Set(components.map(({ license }) => license))];
  const texts = await Promise.all([
    ...licenses.map((license) => textsOf(license, own)),
    ...components.map(ownTextsOf),
  ]);
  return [section("krakend-watch", own), ...components.map(notice), ...texts]
    .flat().join("\n\n\n");
}

async function ownTextsOf({ name, licenseFile }: Component) {
  return licenseFile === undefined
    ? []
    : [section(`The licence of ${name}`, await readLicense(licenseFile))];
}

/** The sections of a licence that several works may share. */
async function textsOf(license: License, own: string): Promise<string[]> {
  switch (license) {
    case "MIT":
      // All of them are under the words of our own licence.
      return [section("The MIT licence", permissionOf(own))];
    case "BSD-3-Clause":
      return [];
    case "LGPL-2.1-or-later":
      return [
        section("Notices of the GNU C Library", await readGlibcNotice()),
        section("LGPL-2.1", await readCommonLicense("LGPL-2.1")),
      ];
    case "GPL-3.0-or-later WITH GCC-exception-3.1":
      return [
        section("GCC-exception-3.1", await readGccException()),
        section("GPL-3", await readCommonLicense("GPL-3")),
      ];
  }
}

function notice({ name, version, license, copyright, note }: Component) {
  const lines = [`Version: ${version}`, `Licence: ${license}`, ...copyright];
  return section(name, [...lines, ...(note ? ["", note] : [])].join("\n"));
}

function section(title: string, text: string): string {
  const body = text.replace(/^\n+|\s+$/g, "");
  return `${title}\n${"=".repeat(title.length)}\n\n${body}`;
}

/** The words of the MIT licence, without a title and a copyright. */
function permissionOf(license: string): string {
  const start = license.indexOf("Permission is hereby granted");
  if (start < 0) throw new Error("LICENSE is not the MIT licence any more");
  return license.slice(start);
}
