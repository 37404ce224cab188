/**
 * What the supervisor is to do while one gateway serves and the next one starts, as a table.
 *
 * @module
 */

import type { Table } from "./transition_table.ts";

/** These states, in the shape of the whole table. */
export const WHILE_REPLACING: Table = {
  "replacing newest 1 lead 2": {
    "approved": "stopping start: discard, terminate, set timer grace 7000",
    "approved, lead":
      "replacing newest 1 lead 3: discard, start successor lead, set lead",
    "approved, beside":
      "replacing newest 1 beside 3: discard, start successor beside, clear timer",
    "ready": "running newest 0: promote, set timer healthy 10000",
    "silent":
      "running newest 2: report abandon silent false 1000, discard, set timer backoff 1000",
    "silent, kept":
      "running kept 1: report abandon silent false undefined, discard, set timer healthy 10000",
    "exited": "starting newest 0 2: promote, clear timer",
    "exited outdated": "starting newest 0 2: promote, clear timer",
    "exited, kept": "starting newest 0 2: promote, clear timer",
    "exited outdated, kept": "starting newest 0 2: promote, clear timer",
    "exited, port taken": "starting newest 0 2: promote, clear timer",
    "successor exited":
      "running newest 2: report abandon exited false 1000, set timer backoff 1000",
    "successor exited outdated":
      "running newest 2: report abandon exited true 1000, set timer backoff 1000",
    "successor exited, kept":
      "running kept 1: report abandon exited false undefined, set timer healthy 10000",
    "successor exited outdated, kept":
      "running kept 1: report abandon exited true undefined, set timer healthy 10000",
    "successor exited, port taken":
      "replacing newest 1 lead 1: shorten lead, start successor lead, set lead",
    "timeout lead": "starting newest 0 2: promote, clear timer",
    "quit": "stopping leave: discard, terminate, set timer grace 7000",
  },
  "replacing newest 1 lead 0": {
    "approved": "stopping start: discard, terminate, set timer grace 7000",
    "approved, lead":
      "replacing newest 1 lead 3: discard, start successor lead, set lead",
    "approved, beside":
      "replacing newest 1 beside 3: discard, start successor beside, clear timer",
    "ready": "running newest 0: promote, set timer healthy 10000",
    "silent":
      "running newest 2: report abandon silent false 1000, discard, set timer backoff 1000",
    "silent, kept":
      "running kept 1: report abandon silent false undefined, discard, set timer healthy 10000",
    "exited": "starting newest 0 0: promote, clear timer",
    "exited outdated": "starting newest 0 0: promote, clear timer",
    "exited, kept": "starting newest 0 0: promote, clear timer",
    "exited outdated, kept": "starting newest 0 0: promote, clear timer",
    "exited, port taken": "starting newest 0 0: promote, clear timer",
    "successor exited":
      "running newest 2: report abandon exited false 1000, set timer backoff 1000",
    "successor exited outdated":
      "running newest 2: report abandon exited true 1000, set timer backoff 1000",
    "successor exited, kept":
      "running kept 1: report abandon exited false undefined, set timer healthy 10000",
    "successor exited outdated, kept":
      "running kept 1: report abandon exited true undefined, set timer healthy 10000",
    "successor exited, port taken":
      "stopping start: shorten lead, terminate, set timer grace 7000",
    "timeout lead": "starting newest 0 0: promote, clear timer",
    "quit": "stopping leave: discard, terminate, set timer grace 7000",
  },
  "replacing kept 1 beside 2": {
    "approved": "stopping start: discard, terminate, set timer grace 7000",
    "approved, lead":
      "replacing kept 1 lead 3: discard, start successor lead, set lead",
    "approved, beside":
      "replacing kept 1 beside 3: discard, start successor beside, clear timer",
    "ready": "running newest 0: promote, set timer healthy 10000",
    "silent":
      "running kept 2: report abandon silent false 1000, discard, set timer backoff 1000",
    "silent, kept":
      "running kept 1: report abandon silent false undefined, discard, set timer healthy 10000",
    "exited": "starting newest 0 2: promote, clear timer",
    "exited outdated": "starting newest 0 2: promote, clear timer",
    "exited, kept": "starting newest 0 2: promote, clear timer",
    "exited outdated, kept": "starting newest 0 2: promote, clear timer",
    "exited, port taken": "starting newest 0 2: promote, clear timer",
    "successor exited":
      "running kept 2: report abandon exited false 1000, set timer backoff 1000",
    "successor exited outdated":
      "running kept 2: report abandon exited true 1000, set timer backoff 1000",
    "successor exited, kept":
      "running kept 1: report abandon exited false undefined, set timer healthy 10000",
    "successor exited outdated, kept":
      "running kept 1: report abandon exited true undefined, set timer healthy 10000",
    "successor exited, port taken":
      "running kept 1: report abandon exited false undefined, set timer healthy 10000",
    "timeout lead": "starting newest 0 2: promote, clear timer",
    "quit": "stopping leave: discard, terminate, set timer grace 7000",
  },
};
