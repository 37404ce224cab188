/**
 * The sizes of the files of a build, against those of the last release.
 *
 * @module
 */

/** The size of a file, in bytes. */
export interface Size {
  readonly raw: number;
  /** As a .gz, which is what a download of an image layer costs. */
  readonly gz: number;
}

/** The files of a release by name, as doc/sizes.json keeps them. */
export interface Release {
  /** The version; null before the first release. */
  readonly version: string | null;
  readonly files: Readonly<Record<string, Size>>;
}

/** Measures a file. */
export async function measure(path: string): Promise<Size> {
  using file = await Deno.open(path);
  let [raw, gz] = [0, 0];
  const counted = file.readable
    .pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform(chunk, controller) {
          raw += chunk.length;
          controller.enqueue(chunk);
        },
      }),
    )
    .pipeThrough(new CompressionStream("gzip"));
  for await (const chunk of counted) gz += chunk.length;
  return { raw, gz };
}

/** A line about a file, such as `a  98.8 MB, 43.1 MB as .gz (1.2.0: +0.5 %, -0.1 %)`. */
export function sizeLine(name: string, size: Size, last: Release): string {
  const sizes = `${megabytes(size.raw)}, ${megabytes(size.gz)} as .gz`;
  return `${name}  ${sizes} (${comparison(size, last.files[name], last)})`;
}

function comparison(
  size: Size,
  before: Size | undefined,
  { version }: Release,
): string {
  if (version === null) return "there is no release to compare with";
  if (!before) return `not in ${version}`;
  return `${version}: ${change(size.raw, before.raw)}, ${
    change(size.gz, before.gz)
  }`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function change(now: number, before: number): string {
  const percent = (now / before - 1) * 100;
  return `${percent < 0 ? "" : "+"}${percent.toFixed(1)} %`;
}
