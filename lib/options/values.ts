/**
 * The values of options, read and checked.
 *
 * @module
 */

import { alternatives } from "../alternatives.ts";
import { parseDuration } from "../duration.ts";
import { messageOf, UsageError } from "../errors.ts";
import { findNearest } from "../nearest.ts";
import type { Patterns } from "../patterns.ts";
import { type RawValues, textsOf } from "./raw.ts";
import { OPTIONS } from "./table.ts";

/** The shortest interval that is no busy loop, in milliseconds. */
const SHORTEST_POLL_MS = 10;

/**
 * Reads what is given for options, by their names. A value that cannot be
 * understood throws a {@linkcode UsageError} that names it.
 */
export class Values {
  readonly #raw: RawValues;

  constructor(raw: RawValues) {
    this.#raw = raw;
  }

  /** Whether an option is given, so that its default does not matter. */
  isGiven(name: string): boolean {
    return this.#raw[name] !== undefined;
  }

  /** Whether a switch is on. */
  flag(name: string): boolean {
    return this.#raw[name] === true;
  }

  /** The text that is given, or else the default of the table; undefined if there is none either. */
  text(name: string): string | undefined {
    const value = this.#raw[name];
    if (typeof value === "string") return value;
    return OPTIONS.find((spec) => spec.name === name)?.default;
  }

  /** The texts of a repeatable option. */
  texts(name: string): readonly string[] {
    return textsOf(this.#raw[name]);
  }

  /** One of a few words; undefined if the option is not given and has no default. */
  choice<T extends string>(name: string, words: readonly T[]): T | undefined {
    const given = this.text(name);
    const found = words.find((word) => word === given);
    if (found || given === undefined) return found;
    const nearest = findNearest(given, words);
    const hint = nearest ? `; did you mean "${nearest}"?` : "";
    throw new UsageError(
      `Option "--${name}": got "${given}", write ${alternatives(words)}${hint}`,
    );
  }

  /** A time, in milliseconds; for an option that has a default. */
  duration(name: string): number {
    try {
      return parseDuration(this.text(name) ?? "");
    } catch (error) {
      throw new UsageError(`Option "--${name}": ${messageOf(error)}`);
    }
  }

  /** A whole number; undefined if the option is not given. */
  count(name: string): number | undefined {
    const given = this.text(name);
    if (given === undefined) return undefined;
    if (/^\d{1,9}$/.test(given)) return Number(given);
    throw new UsageError(
      `Option "--${name}": got "${given}", write a whole number such as 3`,
    );
  }

  /** The time between two looks, in milliseconds; undefined if events are wanted. */
  pollInterval(name: string): number | undefined {
    const given = this.text(name);
    if (given === undefined) return undefined;
    const ms = this.duration(name);
    if (ms >= SHORTEST_POLL_MS) return ms;
    throw new UsageError(
      `Option "--${name}": cannot look every "${given}", an interval is at least ${SHORTEST_POLL_MS}ms`,
    );
  }

  /** What to look for in the working folder; undefined if nothing. */
  get patterns(): Patterns | undefined {
    const patterns = {
      globs: this.texts("glob"),
      inverseGlobs: this.texts("inverse-glob"),
      regexes: this.texts("regex"),
      inverseRegexes: this.texts("inverse-regex"),
    };
    if (Object.values(patterns).every(({ length }) => length === 0)) {
      return undefined;
    }
    return { ...patterns, only: this.only };
  }

  /** The one kind that counts in the working folder; undefined for both. */
  get only(): Patterns["only"] {
    return this.flag("only-files")
      ? "files"
      : this.flag("only-dirs")
      ? "directories"
      : undefined;
  }
}
