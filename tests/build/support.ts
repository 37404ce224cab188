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
 * Lets Deno itself stand in for denort, which may not be had: a bundle gets
 * into it in the same way, although it is not run.
 */
export async function withDenoAsDenort<T>(
  action: () => Promise<T>,
): Promise<T> {
  const before = Deno.env.get("DENORT_BIN");
  Deno.env.set("DENORT_BIN", Deno.execPath());
  try {
    return await action();
  } finally {
    if (before === undefined) Deno.env.delete("DENORT_BIN");
    else Deno.env.set("DENORT_BIN", before);
  }
}
