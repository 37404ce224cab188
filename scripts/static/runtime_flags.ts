/**
 * How the runtime of a finished file is set up.
 *
 * @module
 */

/**
 * Flags of V8. A program that reads many small files leaves much garbage
 * and little else: with V8's own limit for young objects, it held on to three
 * times the memory. (Measured at 10,000 inputs more: 17 MB resident without,
 * 7 to 9 MB with it, and the same speed.)
 */
export const V8_FLAGS: readonly string[] = ["--max-semi-space-size=1"];
