/**
 * What must be served at a quiet moment.
 *
 * @module
 */

/** A configuration that serves the path `/version/NUMBER`. */
export interface Version {
  readonly number: number;
  readonly port: number;
}

/** What is on disk. */
export type Content =
  | { readonly kind: "valid"; readonly version: Version }
  /** Its port belongs to another program. */
  | { readonly kind: "taken"; readonly version: Version }
  /** It is missing, is refused, or passes the check and cannot serve. */
  | { readonly kind: "useless"; readonly why: string };

/** Knows which versions may be served. */
export class Model {
  /** Whether gateways run private copies; if not, one that starts again needs a valid file. */
  hasCopies = true;
  /** Whether a reload may have been given up, until the next change or request. */
  #isDisturbed = false;
  #content: Content;
  /** The version that was seen last, and the valid ones that came since. */
  #good: Version[];

  /** @param first Of the configuration that is there at the start. */
  constructor(first: Version) {
    this.#content = { kind: "valid", version: first };
    this.#good = [first];
  }

  get content(): Content {
    return this.#content;
  }

  /** Whether the content on disk must be served, but only after a request to reload. */
  get needsRequest(): boolean {
    return this.#content.kind === "valid" && this.#isDisturbed;
  }

  /** The versions of which one is served at a quiet moment; empty if nothing need be. */
  get possible(): readonly Version[] {
    if (this.#content.kind === "valid") return [this.#content.version];
    return this.hasCopies ? this.#good : [];
  }

  /** All versions of which one may be served, the newest first. */
  get candidates(): readonly Version[] {
    const { kind } = this.#content;
    const own = kind === "useless" ? [] : [this.#content.version];
    return [...new Set([...own, ...this.#good.toReversed()])];
  }

  /** This content is written. */
  write(content: Content): void {
    if (content === this.#content) return;
    if (content.kind === "valid") {
      this.#good.push(content.version);
      // A change asks for a reload as well as a signal does.
      this.#isDisturbed = false;
    }
    this.#content = content;
  }

  /** The other program has given its port back, which nothing shows to krakend-watch. */
  release(): void {
    if (this.#content.kind !== "taken") return;
    this.write({ ...this.#content, kind: "valid" });
    this.#isDisturbed = true;
  }

  /** Something was done for which a reload is given up. */
  disturb(): void {
    this.#isDisturbed = true;
  }

  /** A version was seen at a quiet moment. */
  confirm(version: Version): void {
    // A newer one may wait until it can be started.
    this.#good = this.#good.filter(({ number }) => number >= version.number);
    if (this.#content.kind === "valid") this.#isDisturbed = false;
  }
}
