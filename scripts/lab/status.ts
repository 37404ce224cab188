/**
 * Asking a gateway.
 *
 * @module
 */

/** The status of a gateway's answer; undefined if there is none. */
export async function statusOf(
  port: number,
  path: string,
  hostname = "127.0.0.1",
): Promise<number | undefined> {
  try {
    const response = await fetch(`http://${hostname}:${port}${path}`, {
      // A connection that is kept would be one more thing to wait for.
      headers: { connection: "close" },
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
