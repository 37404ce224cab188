/**
 * Reaps orphans, as process 1 has to: every process whose parent has ended
 * becomes a child of it, and stays a zombie until it is waited for.
 *
 * @module
 */

import { allProcesses } from "./proc.ts";

/** Time between two scans, in milliseconds. */
const SCAN_MS = 5_000;
/** How the C library is called: by glibc, and by musl on either architecture. */
const LIBRARIES = [
  "libc.so.6",
  "libc.musl-x86_64.so.1",
  "libc.musl-aarch64.so.1",
];
/** Of waitpid(2): not to wait for one that lives. */
const WNOHANG = 1;

/**
 * Reaps the orphans of this process from now on.
 *
 * Deno waits for its own children as soon as they end, and must not find that
 * something else did. So only those are reaped that were dead a scan before.
 */
export function reapOrphans(): void {
  const library = openLibrary();
  let before = new Set<string>();
  const scan = () => {
    const zombies = findZombies();
    for (const [key, pid] of zombies) {
      if (before.has(key)) library?.symbols.waitpid(pid, null, WNOHANG);
    }
    before = new Set(zombies.keys());
  };
  if (library) setInterval(scan, SCAN_MS);
}

function openLibrary() {
  for (const name of LIBRARIES) {
    try {
      return Deno.dlopen(name, {
        waitpid: { parameters: ["i32", "pointer", "i32"], result: "i32" },
      });
    } catch {
      // It has another name, or code of other languages is not allowed.
    }
  }
  return undefined;
}

/** Returns the dead children of this process. Their keys differ if a number is given again. */
function findZombies(): Map<string, number> {
  const zombies = (allProcesses() ?? [])
    .filter(({ parent, hasEnded }) => hasEnded && parent === Deno.pid);
  return new Map(
    zombies.map(({ pid, startTime }) => [`${pid} ${startTime}`, pid]),
  );
}
