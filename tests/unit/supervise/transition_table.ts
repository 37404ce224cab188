/**
 * What the supervisor is to do, as a table.
 *
 * @module
 */

/** Every state by every event: the next state, and what is to be done. `-` is nothing. */
export const TABLE: Readonly<Record<string, Readonly<Record<string, string>>>> =
  {
    "idle": {
      "approved": "starting newest 0: clearTimer, start newest",
      "ready": "-",
      "silent": "-",
      "silent, kept": "-",
      "exited": "-",
      "exited outdated": "-",
      "exited, kept": "-",
      "exited outdated, kept": "-",
      "timeout grace": "-",
      "timeout backoff": "-",
      "timeout healthy": "-",
      "quit": "stopped: clearTimer",
    },
    "starting newest 2": {
      "approved": "stopping, then start: terminate, setTimer grace 7000",
      "ready": "running newest 2: setTimer healthy 10000",
      "silent": "-",
      "silent, kept":
        "stopping, then restore: reportRestore silent false, terminate, setTimer grace 7000",
      "exited":
        "backoff newest 3: reportExit 2000 false, setTimer backoff 2000",
      "exited outdated":
        "backoff newest 2: reportExit 1000 true, setTimer backoff 1000",
      "exited, kept":
        "starting kept 0: reportRestore exited false, clearTimer, start kept",
      "exited outdated, kept":
        "starting kept 0: reportRestore exited true, clearTimer, start kept",
      "timeout grace": "-",
      "timeout backoff": "-",
      "timeout healthy": "starting newest 0",
      "quit": "stopping, then leave: terminate, setTimer grace 7000",
    },
    "starting kept 2": {
      "approved": "stopping, then start: terminate, setTimer grace 7000",
      "ready": "running kept 2: setTimer healthy 10000",
      "silent": "-",
      "silent, kept": "-",
      "exited": "backoff kept 3: reportExit 2000 false, setTimer backoff 2000",
      "exited outdated":
        "backoff kept 2: reportExit 1000 true, setTimer backoff 1000",
      "exited, kept":
        "backoff kept 3: reportExit 2000 false, setTimer backoff 2000",
      "exited outdated, kept":
        "backoff kept 2: reportExit 1000 true, setTimer backoff 1000",
      "timeout grace": "-",
      "timeout backoff": "-",
      "timeout healthy": "starting kept 0",
      "quit": "stopping, then leave: terminate, setTimer grace 7000",
    },
    "running newest 2": {
      "approved": "stopping, then start: terminate, setTimer grace 7000",
      "ready": "running newest 2: setTimer healthy 10000",
      "silent": "-",
      "silent, kept": "-",
      "exited":
        "backoff newest 3: reportExit 2000 false, setTimer backoff 2000",
      "exited outdated":
        "backoff newest 3: reportExit 2000 false, setTimer backoff 2000",
      "exited, kept":
        "backoff newest 3: reportExit 2000 false, setTimer backoff 2000",
      "exited outdated, kept":
        "backoff newest 3: reportExit 2000 false, setTimer backoff 2000",
      "timeout grace": "-",
      "timeout backoff": "-",
      "timeout healthy": "running newest 0",
      "quit": "stopping, then leave: terminate, setTimer grace 7000",
    },
    "running kept 2": {
      "approved": "stopping, then start: terminate, setTimer grace 7000",
      "ready": "running kept 2: setTimer healthy 10000",
      "silent": "-",
      "silent, kept": "-",
      "exited": "backoff kept 3: reportExit 2000 false, setTimer backoff 2000",
      "exited outdated":
        "backoff kept 3: reportExit 2000 false, setTimer backoff 2000",
      "exited, kept":
        "backoff kept 3: reportExit 2000 false, setTimer backoff 2000",
      "exited outdated, kept":
        "backoff kept 3: reportExit 2000 false, setTimer backoff 2000",
      "timeout grace": "-",
      "timeout backoff": "-",
      "timeout healthy": "running kept 0",
      "quit": "stopping, then leave: terminate, setTimer grace 7000",
    },
    "stopping, then start": {
      "approved": "-",
      "ready": "-",
      "silent": "-",
      "silent, kept": "-",
      "exited": "starting newest 0: clearTimer, start newest",
      "exited outdated": "starting newest 0: clearTimer, start newest",
      "exited, kept": "starting newest 0: clearTimer, start newest",
      "exited outdated, kept": "starting newest 0: clearTimer, start newest",
      "timeout grace": "stopping, then start: kill",
      "timeout backoff": "-",
      "timeout healthy": "-",
      "quit": "stopping, then leave",
    },
    "stopping, then restore": {
      "approved": "stopping, then start",
      "ready": "-",
      "silent": "-",
      "silent, kept": "-",
      "exited": "starting kept 0: clearTimer, start kept",
      "exited outdated": "starting kept 0: clearTimer, start kept",
      "exited, kept": "starting kept 0: clearTimer, start kept",
      "exited outdated, kept": "starting kept 0: clearTimer, start kept",
      "timeout grace": "stopping, then restore: kill",
      "timeout backoff": "-",
      "timeout healthy": "-",
      "quit": "stopping, then leave",
    },
    "stopping, then leave": {
      "approved": "-",
      "ready": "-",
      "silent": "-",
      "silent, kept": "-",
      "exited": "stopped: clearTimer",
      "exited outdated": "stopped: clearTimer",
      "exited, kept": "stopped: clearTimer",
      "exited outdated, kept": "stopped: clearTimer",
      "timeout grace": "stopping, then leave: kill",
      "timeout backoff": "-",
      "timeout healthy": "-",
      "quit": "stopping, then leave: kill",
    },
    "backoff newest 2": {
      "approved": "starting newest 0: clearTimer, start newest",
      "ready": "-",
      "silent": "-",
      "silent, kept": "-",
      "exited": "-",
      "exited outdated": "-",
      "exited, kept": "-",
      "exited outdated, kept": "-",
      "timeout grace": "-",
      "timeout backoff": "starting newest 2: clearTimer, start newest",
      "timeout healthy": "-",
      "quit": "stopped: clearTimer",
    },
    "backoff kept 2": {
      "approved": "starting newest 0: clearTimer, start newest",
      "ready": "-",
      "silent": "-",
      "silent, kept": "-",
      "exited": "-",
      "exited outdated": "-",
      "exited, kept": "-",
      "exited outdated, kept": "-",
      "timeout grace": "-",
      "timeout backoff": "starting kept 2: clearTimer, start kept",
      "timeout healthy": "-",
      "quit": "stopped: clearTimer",
    },
    "stopped": {
      "approved": "-",
      "ready": "-",
      "silent": "-",
      "silent, kept": "-",
      "exited": "-",
      "exited outdated": "-",
      "exited, kept": "-",
      "exited outdated, kept": "-",
      "timeout grace": "-",
      "timeout backoff": "-",
      "timeout healthy": "-",
      "quit": "-",
    },
  };
