/**
 * Makes the clock of a program jump by a year, to and fro, at every tenth of a
 * second, if it is loaded before.
 *
 * @module
 */

const YEAR_MS = 365 * 24 * 3_600_000;

const now = Date.now.bind(Date);
Date.now = () => {
  const time = now();
  return time + (Math.floor(time / 100) % 3 - 1) * YEAR_MS;
};
