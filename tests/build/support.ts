/**
 * What the tests of the build share.
 *
 * @module
 */

/** Runs a check in a folder of its own. */
export async function withFolder(
  check: (path: string) => Promise<void>,
): Promise<void> {
  const prefix = "krakend-watch-build-test-";
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix }));
  try {
    await check(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

/**
 * Stands in for denort, which may not be had: a bundle gets into it in the same
 * way, although it is not run.
 */
export const DENO_AS_DENORT: string = Deno.execPath();

/** Declares a test with {@linkcode DENO_AS_DENORT}, which only Linux's takes. */
export function denortTest(name: string, fn: () => Promise<void>): void {
  const ignore = Deno.build.os !== "linux";
  Deno.test({ name: ignore ? `${name} (needs Linux)` : name, ignore, fn });
}
