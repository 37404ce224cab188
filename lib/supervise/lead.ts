/**
 * How long before the old gateway is told to leave the new one is started.
 *
 * @module
 */

/**
 * The part of the fastest boot that is sure to pass before a gateway asks for
 * its port. (Measured over 10 restarts each with KrakenD 2.13: no bind failed
 * at 0.7 and 0.8, one in ten at 0.9.)
 */
const SHARE = 0.6;
/** How many boots it takes to know the fastest: the first one is a slow one. */
const SAMPLES = 3;
/**
 * The least time between the end of the lead and the end of the fastest boot,
 * in milliseconds: the port is free 2 ms after SIGTERM, and timers are late.
 */
const SLACK_MS = 8;
/** What is left of the part when a gateway was too early all the same. */
const SHRINK = 0.75;

/** Learns from every start how early the next one may be. */
export class Lead {
  #fastestMs: number | undefined;
  #boots = 0;
  #shrunk = 1;

  /** The lead, in whole milliseconds; 0 as long as no gateway has booted. */
  get ms(): number {
    const fastest = this.#fastestMs ?? 0;
    const share = SHARE * Math.min(1, this.#boots / SAMPLES);
    const ms = Math.max(0, Math.min(fastest * share, fastest - SLACK_MS));
    return Math.round(ms * this.#shrunk);
  }

  /** A gateway took so long from its start until it listened, in milliseconds. */
  booted(ms: number): void {
    this.#boots++;
    this.#fastestMs = Math.min(this.#fastestMs ?? Infinity, ms);
  }

  /** A gateway found its port taken, and left so long after its start, in milliseconds. */
  collided(ms: number): void {
    this.#fastestMs = Math.min(this.#fastestMs ?? Infinity, ms);
    this.#shrunk *= SHRINK;
  }
}
