import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import {
  readNumbers,
  soon,
  until,
  withFolder,
  writeScript,
} from "../support.ts";

const FOLDER = new URL("../../../lib/supervise/", import.meta.url);

/** A program that runs a script once, as krakend-watch does. */
function startOnce(script: string, notes: string): Deno.ChildProcess {
  const spec = {
    program: script,
    args: ["check", "a b"],
    env: { PATH: Deno.env.get("PATH") ?? "", NOTES: notes },
  };
  const text = `import { runOnce } from "${new URL("once.ts", FOLDER)}";
    import { Signals } from "${new URL("signals.ts", FOLDER)}";
    Deno.exit(await runOnce(${JSON.stringify(spec)}, new Signals()));`;
  return new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", "--no-lock", "--ext=ts", text],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

Deno.test("a command that runs once has our streams, its own environment and its own exit code", () =>
  withFolder(async (folder) => {
    const script = await writeScript(
      folder,
      "krakend",
      'read -r line; echo "$line, $*, $HOME"; echo fault >&2; exit 7',
    );
    const once = startOnce(script, "");
    const writer = once.stdin.getWriter();
    await writer.write(new TextEncoder().encode("hello\n"));
    await writer.close();
    const { code, stdout, stderr } = await soon(
      "the command ended",
      once.output(),
    );
    const decoder = new TextDecoder();
    assertEquals(
      [code, decoder.decode(stdout), decoder.decode(stderr)],
      [7, "hello, check a b, \n", "fault\n"],
    );
  }));

Deno.test("a command that runs once gets our signals, and its end by one gives 128 and the signal", () =>
  withFolder(async (folder) => {
    const notes = join(folder, "notes");
    const script = await writeScript(
      folder,
      "krakend",
      'echo $$ > "$NOTES"; exec sleep 600',
    );
    const once = startOnce(script, notes);
    await once.stdin.close();
    await until(
      "the command runs",
      async () => (await readNumbers(notes)).length === 1,
    );
    once.kill("SIGTERM");
    const { code } = await soon("the command ended", once.output());
    assertEquals(code, 128 + 15);
  }));
