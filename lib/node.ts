/**
 * Modules of Node: they are loaded only where nothing else will do.
 *
 * @module
 */

/** Whether they can be loaded: where /proc is not mounted, Deno panics at them. */
export function canLoadNode(): boolean {
  if (Deno.build.os !== "linux") return true;
  try {
    Deno.lstatSync("/proc/self/exe");
    return true;
  } catch {
    return false;
  }
}
