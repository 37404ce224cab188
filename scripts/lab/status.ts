/**
 * Asking a gateway.
 *
 * @module
 */

/** The status of a gateway's answer on 127.0.0.1; undefined if there is none. */
export async function statusOf(
  port: number,
  path: string,
): Promise<number | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      // A connection that is kept would be one more thing to wait for.
      headers: { connection: "close" },
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
