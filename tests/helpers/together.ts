/**
 * Cases of a test that mostly wait.
 *
 * @module
 */

/** Runs cases at the same time. The error of one that fails names it. */
export async function together(
  cases: Readonly<Record<string, () => Promise<void>>>,
): Promise<void> {
  const running = Object.entries(cases).map(async ([name, run]) => {
    try {
      await run();
    } catch (cause) {
      throw new Error(`${name}: ${cause}`, { cause });
    }
  });
  // All end before the first error is thrown, as they hold processes and ports.
  await Promise.allSettled(running);
  await Promise.all(running);
}
