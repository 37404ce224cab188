/**
 * How the lines of a program's output can be marked.
 *
 * @module
 */

/** Not at all, with `[00]` before each line, or in colour too. */
export const DECORATIONS = ["none", "plain", "fancy"] as const;

/** One of them. */
export type Decoration = typeof DECORATIONS[number];
