/**
 * Writing to a file as to memory: that gives no event.
 *
 * @module
 */

const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MS_SYNC = 4;

function openLibrary() {
  return Deno.dlopen("libc.so.6", {
    mmap: {
      parameters: ["pointer", "usize", "i32", "i32", "i32", "i64"],
      result: "pointer",
    },
    msync: { parameters: ["pointer", "usize", "i32"], result: "i32" },
    munmap: { parameters: ["pointer", "usize"], result: "i32" },
    open: { parameters: ["buffer", "i32"], result: "i32" },
    close: { parameters: ["i32"], result: "i32" },
  });
}

/** Whether {@linkcode writeThroughMap} works here. */
export function canMap(): boolean {
  if (Deno.build.os !== "linux") return false;
  try {
    openLibrary().close();
    return true;
  } catch {
    return false;
  }
}

/** Replaces the content of a file by a text of the same size. */
export function writeThroughMap(path: string, text: string): void {
  const library = openLibrary();
  const { mmap, msync, munmap, open, close } = library.symbols;
  const encoder = new TextEncoder();
  const bytes = encoder.encode(text);
  const size = BigInt(bytes.length);
  const O_RDWR = 2;
  const descriptor = open(encoder.encode(`${path}\0`), O_RDWR);
  const map = mmap(null, size, PROT_WRITE, MAP_SHARED, descriptor, 0n);
  if (!map) throw new Error(`Cannot map ${path}`);
  const view = Deno.UnsafePointerView.getArrayBuffer(map, bytes.length);
  new Uint8Array(view).set(bytes);
  msync(map, size, MS_SYNC);
  munmap(map, size);
  close(descriptor);
  library.close();
}
