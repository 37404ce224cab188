/**
 * Calls into Linux's C library (man 2), for what Deno has no interface or a
 * slow one for.
 *
 * @module
 */

const SYMBOLS = {
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  inotify_rm_watch: { parameters: ["i32", "i32"], result: "i32" },
  read: {
    parameters: ["i32", "buffer", "usize"],
    result: "isize",
    nonblocking: true,
  },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  getdents64: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  __errno_location: { parameters: [], result: "pointer" },
} as const;

/** The calls. */
export type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

let library: Libc | undefined;

/** The C library; undefined on another system, or if the program may not call it. */
export function libc(): Libc | undefined {
  if (Deno.build.os !== "linux") return undefined;
  try {
    return library ??= Deno.dlopen("libc.so.6", SYMBOLS).symbols;
  } catch {
    return undefined;
  }
}

/** The number of the error of the last call that failed. */
export function errnoOf({ __errno_location }: Libc): number {
  const pointer = __errno_location();
  return pointer ? new Deno.UnsafePointerView(pointer).getInt32() : 0;
}

const encoder = new TextEncoder();
/** Linux takes no longer paths; a letter has up to three bytes for each of its units. */
const pathBytes = new Uint8Array(3 * 4_096 + 1);

/** A path as these calls take it, until the next one. Too long ones lead nowhere, cut or not. */
export function pathOf(path: string): Uint8Array<ArrayBuffer> {
  const { written } = encoder.encodeInto(path, pathBytes);
  pathBytes[written] = 0;
  return pathBytes;
}
