/**
 * Reaps orphans, as process 1 has to: every process whose parent has ended
 * becomes a child of it, and stays a zombie until it is waited for.
 *
 * @module
 */

import { allProcesses, type ProcessState } from "./proc.ts";
import { Timer } from "./timer.ts";

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
  if (!library) return;
  // A number can be given again, but not with the same start.
  const keyOf = (it: ProcessState) => `${it.pid} ${it.startTime}`;
  let before = new Set<string>();
  const scan = () => {
    new Timer(SCAN_MS, scan);
    const zombies = (allProcesses() ?? [])
      .filter(({ parent, hasEnded }) => hasEnded && parent === Deno.pid);
    for (const zombie of zombies) {
      if (!before.has(keyOf(zombie))) continue;
      library.symbols.waitpid(zombie.pid, null, WNOHANG);
    }
    before = new Set(zombies.map(keyOf));
  };
  new Timer(SCAN_MS, scan);
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
