/**
 * The notice and the licences that go with a file: what `--licenses` prints.
 *
 * @module
 */

import { join } from "@std/path";
import { ROOT } from "../paths.ts";
import { type Component, componentsOf, type Contents } from "./components.ts";
import { readLicense } from "./license_texts.ts";

/**
 * Writes the notice for a file, and all licences of what is in it.
 *
 * @throws {Unavailable} If the text of a licence cannot be had.
 */
export async function licensesText(contents: Contents): Promise<string> {
  const own = (await Deno.readTextFile(join(ROOT, "LICENSE"))).trim();
  const components = componentsOf(contents);
  const names = [...new Set(components.map(({ license }) => license))];
  const texts = await Promise.all(names.map(async (name) => {
    // All of them are under the words of our own licence.
    const text = name === "MIT" ? permissionOf(own) : await readLicense(name);
    return section(`Licence: ${name}`, text);
  }));
  return [
    section("krakend-watch", own),
    ...components.map(notice),
    ...texts,
  ].join("\n\n");
}

function notice({ name, version, license, copyright, note }: Component) {
  const lines = [`Version: ${version}`, `Licence: ${license}`, ...copyright];
  return section(name, [...lines, ...(note ? [note] : [])].join("\n"));
}

function section(title: string, text: string): string {
  return `${title}\n${"=".repeat(title.length)}\n\n${text}`;
}

/** The words of the MIT licence, without a title and a copyright. */
function permissionOf(license: string): string {
  const start = license.indexOf("Permission is hereby granted");
  if (start < 0) throw new Error("LICENSE is not the MIT licence any more");
  return license.slice(start);
}
