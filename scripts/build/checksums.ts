/**
 * SHA-256 sums, as `sha256sum --check` reads them.
 *
 * @module
 */

/** A file and what is in it. */
export interface Sum {
  readonly name: string;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** The SHA-256 sum of a file or bytes, in hexadecimal digits. */
export async function sha256Of(
  source: string | Uint8Array<ArrayBuffer>,
): Promise<string> {
  const bytes = typeof source === "string"
    ? await Deno.readFile(source)
    : source;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/** The text of a file of sums. */
export function sumsText(sums: readonly Sum[]): string {
  return sums.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
}
