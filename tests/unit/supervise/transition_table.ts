/**
 * What the supervisor is to do, as a table.
 *
 * @module
 */

import { WHILE_REPLACING } from "./transition_table_replacing.ts";

/** Every state by every event that matters in it: the next state, and what is to be done. What is not there changes nothing. */
export type Table = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** All states. */
export const TABLE: Table = {
  "idle": {
    "approved": "starting newest 0 0: clear timer, start newest",
    "approved, lead": "starting newest 0 0: clear timer, start newest",
    "approved, beside": "starting newest 0 0: clear timer, start newest",
    "quit": "stopped: clear timer",
  },
  "starting newest 1 0": {
    "approved": "stopping start: terminate, set timer grace 7000",
    "approved, lead": "stopping start: terminate, set timer grace 7000",
    "approved, beside": "stopping start: terminate, set timer grace 7000",
    "ready": "running newest 1: set timer healthy 10000",
    "silent, kept":
      "stopping restore: report restore silent false, terminate, set timer grace 7000",
    "exited":
      "backoff newest 2: report exit restart 1000 false, set timer backoff 1000",
    "exited outdated":
      "backoff newest 1: report exit restart 500 true, set timer backoff 500",
    "exited, kept":
      "starting kept 0 0: report restore exited false, clear timer, start kept",
    "exited outdated, kept":
      "starting kept 0 0: report restore exited true, clear timer, start kept",
    "exited, port taken":
      "starting kept 0 0: report restore exited false, clear timer, start kept",
    "timeout healthy": "starting newest 0 0",
    "quit": "stopping leave: terminate, set timer grace 7000",
  },
  "starting newest 1 2": {
    "approved": "stopping start: terminate, set timer grace 7000",
    "approved, lead": "stopping start: terminate, set timer grace 7000",
    "approved, beside": "stopping start: terminate, set timer grace 7000",
    "ready": "running newest 1: set timer healthy 10000",
    "silent, kept":
      "stopping restore: report restore silent false, terminate, set timer grace 7000",
    "exited":
      "backoff newest 2: report exit restart 1000 false, set timer backoff 1000",
    "exited outdated":
      "backoff newest 1: report exit restart 500 true, set timer backoff 500",
    "exited, kept":
      "starting kept 0 0: report restore exited false, clear timer, start kept",
    "exited outdated, kept":
      "starting kept 0 0: report restore exited true, clear timer, start kept",
    "exited, port taken":
      "starting newest 1 1: shorten lead, clear timer, start newest",
    "timeout healthy": "starting newest 0 2",
    "quit": "stopping leave: terminate, set timer grace 7000",
  },
  "starting kept 1 0": {
    "approved": "stopping start: terminate, set timer grace 7000",
    "approved, lead": "stopping start: terminate, set timer grace 7000",
    "approved, beside": "stopping start: terminate, set timer grace 7000",
    "ready": "running kept 1: set timer healthy 10000",
    "exited":
      "backoff kept 2: report exit restart 1000 false, set timer backoff 1000",
    "exited outdated":
      "backoff kept 1: report exit restart 500 true, set timer backoff 500",
    "exited, kept":
      "backoff kept 2: report exit restart 1000 false, set timer backoff 1000",
    "exited outdated, kept":
      "backoff kept 1: report exit restart 500 true, set timer backoff 500",
    "exited, port taken":
      "backoff kept 2: report exit restart 1000 false, set timer backoff 1000",
    "timeout healthy": "starting kept 0 0",
    "quit": "stopping leave: terminate, set timer grace 7000",
  },
  "running newest 1": {
    "approved": "stopping start: terminate, set timer grace 7000",
    "approved, lead":
      "replacing newest 1 lead 3: start successor lead, set lead",
    "approved, beside":
      "replacing newest 1 beside 3: start successor beside, clear timer",
    "ready": "running newest 1: set timer healthy 10000",
    "exited":
      "backoff newest 2: report exit restart 1000 false, set timer backoff 1000",
    "exited outdated":
      "backoff newest 2: report exit restart 1000 false, set timer backoff 1000",
    "exited, kept":
      "backoff newest 2: report exit restart 1000 false, set timer backoff 1000",
    "exited outdated, kept":
      "backoff newest 2: report exit restart 1000 false, set timer backoff 1000",
    "exited, port taken":
      "backoff newest 2: report exit restart 1000 false, set timer backoff 1000",
    "timeout backoff": "stopping start: terminate, set timer grace 7000",
    "timeout backoff, lead":
      "replacing newest 1 lead 3: start successor lead, set lead",
    "timeout healthy": "running newest 0",
    "quit": "stopping leave: terminate, set timer grace 7000",
  },
  "running kept 2": {
    "approved": "stopping start: terminate, set timer grace 7000",
    "approved, lead": "replacing kept 2 lead 3: start successor lead, set lead",
    "approved, beside":
      "replacing kept 2 beside 3: start successor beside, clear timer",
    "ready": "running kept 2: set timer healthy 10000",
    "exited": "stopped: fail, report exit leave 0 false, clear timer",
    "exited outdated": "stopped: fail, report exit leave 0 false, clear timer",
    "exited, kept": "stopped: fail, report exit leave 0 false, clear timer",
    "exited outdated, kept":
      "stopped: fail, report exit leave 0 false, clear timer",
    "exited, port taken":
      "stopped: fail, report exit leave 0 false, clear timer",
    "timeout backoff": "stopping start: terminate, set timer grace 7000",
    "timeout backoff, lead":
      "replacing kept 2 lead 3: start successor lead, set lead",
    "timeout healthy": "running kept 0",
    "quit": "stopping leave: terminate, set timer grace 7000",
  },
  ...WHILE_REPLACING,
  "stopping start": {
    "exited": "starting newest 0 0: clear timer, start newest",
    "exited outdated": "starting newest 0 0: clear timer, start newest",
    "exited, kept": "starting newest 0 0: clear timer, start newest",
    "exited outdated, kept": "starting newest 0 0: clear timer, start newest",
    "exited, port taken": "starting newest 0 0: clear timer, start newest",
    "timeout grace": "stopping start: kill",
    "quit": "stopping leave",
  },
  "stopping restore": {
    "approved": "stopping start",
    "approved, lead": "stopping start",
    "approved, beside": "stopping start",
    "exited": "starting kept 0 0: clear timer, start kept",
    "exited outdated": "starting kept 0 0: clear timer, start kept",
    "exited, kept": "starting kept 0 0: clear timer, start kept",
    "exited outdated, kept": "starting kept 0 0: clear timer, start kept",
    "exited, port taken": "starting kept 0 0: clear timer, start kept",
    "timeout grace": "stopping restore: kill",
    "quit": "stopping leave",
  },
  "stopping leave": {
    "exited": "stopped: clear timer",
    "exited outdated": "stopped: clear timer",
    "exited, kept": "stopped: clear timer",
    "exited outdated, kept": "stopped: clear timer",
    "exited, port taken": "stopped: clear timer",
    "timeout grace": "stopping leave: kill",
    "quit": "stopping leave: kill",
  },
  "backoff newest 1": {
    "approved": "starting newest 0 0: clear timer, start newest",
    "approved, lead": "starting newest 0 0: clear timer, start newest",
    "approved, beside": "starting newest 0 0: clear timer, start newest",
    "timeout backoff": "starting newest 1 0: clear timer, start newest",
    "timeout backoff, lead": "starting newest 1 0: clear timer, start newest",
    "quit": "stopped: clear timer",
  },
  "backoff kept 1": {
    "approved": "starting newest 0 0: clear timer, start newest",
    "approved, lead": "starting newest 0 0: clear timer, start newest",
    "approved, beside": "starting newest 0 0: clear timer, start newest",
    "timeout backoff": "starting kept 1 0: clear timer, start kept",
    "timeout backoff, lead": "starting kept 1 0: clear timer, start kept",
    "quit": "stopped: clear timer",
  },
  "waiting": {
    "approved": "starting newest 0 0: clear timer, start newest",
    "approved, lead": "starting newest 0 0: clear timer, start newest",
    "approved, beside": "starting newest 0 0: clear timer, start newest",
    "quit": "stopped: clear timer",
  },
  "stopped": {
    "quit": "stopped: kill",
  },
};
