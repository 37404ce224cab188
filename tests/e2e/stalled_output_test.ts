import { assert, assertEquals } from "@std/assert";
import { holds, until } from "../../scripts/lab/until.ts";
import { Playground } from "../helpers/playground.ts";
import { processesOf, succeeds } from "../helpers/processes.ts";

const RUN = ["-v", "-t", "300ms", "run", "-c", "krakend.json"];
/** What a pipe holds, in bytes. */
const PIPE_SIZE = 65_536;

/** A pipe that is full, and that is not read. */
class FullPipe implements Disposable {
  /** What was read of it. */
  text = "";

  private constructor(readonly path: string, readonly file: Deno.FsFile) {}

  static async open(path: string): Promise<FullPipe> {
    assert(await succeeds("mkfifo", path));
    // To open one end alone would wait for the other.
    const file = await Deno.open(path, { read: true, write: true });
    await file.write(new Uint8Array(PIPE_SIZE).fill(120));
    return new FullPipe(path, file);
  }

  /** Returns a wrapper that redirects streams, as the shell writes it: `2> PIPE`. */
  wrapper(redirection: string): string[] {
    const redirected = redirection.replace("PIPE", `"${this.path}"`);
    return ["sh", "-c", `exec "$@" ${redirected}`, "sh"];
  }

  /** Begins to read. */
  async drain(): Promise<void> {
    const decoder = new TextDecoder();
    const bytes = new Uint8Array(PIPE_SIZE);
    try {
      for (;;) {
        const size = await this.file.read(bytes) ?? 0;
        this.text += decoder.decode(bytes.subarray(0, size), { stream: true });
      }
    } catch {
      // It was closed.
    }
  }

  [Symbol.dispose](): void {
    this.file.close();
  }
}

Deno.test("while standard error is not read, changes are served, and the reports come later", async () => {
  await using place = await Playground.open();
  using pipe = await FullPipe.open(place.path("pipe"));
  const watch = place.start({ args: RUN, wrapper: pipe.wrapper("2> PIPE") });
  await place.serves("/one");
  for (const round of [1, 2, 3]) {
    await place.save(`/round/${round}`);
    await place.serves(`/round/${round}`);
  }
  pipe.drain();
  await until("the reports come", () => pipe.text.includes("GET /round/3"));
  watch.signal("SIGTERM");
  await until("the last one comes", () => pipe.text.includes("got SIGTERM"));
  assertEquals((await watch.status).code, 0);
});

/** Has standard output, and whoever shares it, not block. */
const UNBLOCK = `const { symbols } = Deno.dlopen("libc.so.6", {
  fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
});
symbols.fcntl(1, 4 /* F_SETFL */, 0o4001 /* O_WRONLY | O_NONBLOCK */);`;

/** Starts with standard output in a pipe that does not block. */
async function startUnblocked(place: Playground, path: string, args: string[]) {
  const script = place.path("unblock.ts");
  await Deno.writeTextFile(script, UNBLOCK);
  const unblock = `"${Deno.execPath()}" run -A "${script}"`;
  const exec = `exec > "${path}"; ${unblock}; exec "$@"`;
  return place.start({ args, wrapper: ["sh", "-c", exec, "sh"] });
}

Deno.test("a pipe that does not block and is full for a while gets all of --list", async () => {
  await using place = await Playground.open();
  using pipe = await FullPipe.open(place.path("pipe"));
  const names = Array.from({ length: 1_000 }, (_, i) => `${i}.c`);
  for (const name of names) await Deno.writeTextFile(place.path(name), "");
  const args = ["-g", "*.c", "--list", "--", "true"];
  const watch = await startUnblocked(place, pipe.path, args);
  let hasEnded = false;
  watch.status.then(() => hasEnded = true);
  await holds("it waits for the reader", () => !hasEnded, 1_000);
  pipe.drain();
  assertEquals((await watch.status).code, 0);
  await until("the last line comes", () => pipe.text.includes("/999.c "));
  const listed = pipe.text.matchAll(/^\S*?(\d+\.c) /gm).map(([, name]) => name);
  assertEquals([...listed].sort(), names.sort());
});

Deno.test("a pipe that does not block and is full for a while gets each marked line once", async () => {
  await using place = await Playground.open();
  using pipe = await FullPipe.open(place.path("pipe"));
  const args = ["-v", "-s", "-d", "plain", "-g", "*.c", "--", "seq", "50000"];
  const watch = await startUnblocked(place, pipe.path, args);
  await place.reports("watching 0 files for seq");
  await place.staysQuiet();
  pipe.drain();
  await until("the last line comes", () => pipe.text.endsWith("] 50000\n"));
  const marked = Array.from({ length: 50_000 }, (_, i) => `[00] ${i + 1}\n`);
  assert(pipe.text.slice(PIPE_SIZE) === marked.join(""));
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
});

for (const redirection of ["2> PIPE", "> PIPE 2>&1"]) {
  Deno.test(`while the pipe of "${redirection}" is not read, SIGTERM ends all`, async () => {
    await using place = await Playground.open();
    using pipe = await FullPipe.open(place.path("pipe"));
    const watch = place.start({
      args: RUN,
      wrapper: pipe.wrapper(redirection),
    });
    await place.until(
      "the gateway is started",
      () => processesOf(place.folder).some((it) => it.includes(place.gateway)),
    );
    watch.signal("SIGTERM");
    assertEquals((await watch.status).code, 0);
    await place.until(
      "no process is left",
      () => processesOf(place.folder).length === 0,
    );
  });
}

Deno.test("a repeated check whose results are not read goes on, and ends at SIGTERM", async () => {
  await using place = await Playground.open();
  using pipe = await FullPipe.open(place.path("pipe"));
  const watch = place.start({
    args: ["check", "-d", "-c", "krakend.json"],
    wrapper: pipe.wrapper("> PIPE"),
  });
  await place.reports("check passed");
  await place.save("/two");
  await place.reports("check passed", 2);
  watch.signal("SIGTERM");
  assertEquals((await watch.status).code, 0);
});
