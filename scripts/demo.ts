/**
 * Shows krakend-watch at work on an example: edit a file, see the gateway follow.
 *
 * With `--once` it makes the edits itself and ends with 0 only if it saw
 * everything that it is here to show.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import { join } from "@std/path";
import { messageOf } from "../lib/errors.ts";
import { findGateway } from "./gateway/build.ts";
import { type Backend, startBackend } from "./lab/backend.ts";
import { configText, freePort } from "./lab/config.ts";
import { statusOf } from "./lab/status.ts";
import { until } from "./lab/until.ts";
import { type KrakendWatch, startKrakendWatch } from "./lab/watch_process.ts";
import { say } from "./say.ts";

/** The parts of the demo. */
interface Stage {
  readonly file: string;
  readonly port: number;
  readonly backend: Backend;
  readonly watch: KrakendWatch;
}

async function main(): Promise<number> {
  const { once } = parseArgs(Deno.args, { boolean: ["once"] });
  const gateway = await findGateway();
  const folder = await Deno.makeTempDir({ prefix: "krakend-watch-demo-" });
  try {
    await using backend = startBackend();
    const port = freePort();
    const file = join(folder, "krakend.json");
    await write({ file, port, backend }, ["/hello"]);
    await using watch = startKrakendWatch({
      args: [],
      cwd: folder,
      env: { KRAKEND_BIN: gateway },
      onLine: (line) => say(`  | ${line}`),
    });
    // Not before there is a gateway to stop: from here on, Ctrl-C is ours.
    const stop = stopSignal();
    const stage = { file, port, backend, watch };
    return once ? await perform(stage) : await invite(stage, stop);
  } catch (error) {
    say(messageOf(error));
    return 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Says what can be done, and waits for Ctrl-C. */
async function invite(stage: Stage, stop: Promise<void>): Promise<number> {
  const { file, port, watch } = stage;
  await serves(stage, "/hello");
  say(`
A gateway runs, and krakend-watch watches its configuration.

  Open        http://127.0.0.1:${port}/hello
  Then edit   ${file}
              (add an endpoint, or rename /hello to /hi), save it, and open the new URL.
  Then break  it, by deleting a bracket: the gateway goes on with what it has.

Ctrl-C ends the demo.
`);
  await Promise.race([stop, watch.status]);
  watch.signal("SIGTERM");
  const { code } = await watch.status;
  return code;
}

/** Makes the edits of a user, and makes sure that each has its effect. */
async function perform(stage: Stage): Promise<number> {
  const { file, port, watch } = stage;
  say("1. The gateway serves /hello");
  await serves(stage, "/hello");

  say("2. The endpoint /hello/again is added, and served");
  await write(stage, ["/hello", "/hello/again"]);
  await serves(stage, "/hello/again");

  say("3. The file is broken: it is refused, and the gateway serves on");
  const text = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, text.replace("[", ""));
  await until(
    "krakend-watch refuses the broken file",
    () => watch.lines.some((line) => line.includes("is refused")),
  );
  if (await statusOf(port, "/hello/again") !== 200) {
    throw new Error("The gateway did not survive a broken configuration");
  }

  say("4. It is mended, with one more endpoint, which is served");
  await write(stage, ["/hello", "/hello/again", "/bye"]);
  await serves(stage, "/bye");

  say("5. The end: no gateway remains");
  watch.signal("SIGTERM");
  const { code } = await watch.status;
  if (await statusOf(port, "/hello") !== undefined) {
    throw new Error("There is still a gateway");
  }
  say(code === 0 ? "All of it was seen." : `krakend-watch exited with ${code}`);
  return code;
}

function write(
  { file, port, backend }: Pick<Stage, "file" | "port" | "backend">,
  endpoints: readonly string[],
): Promise<void> {
  const text = configText({ port, backend: backend.url, endpoints });
  return Deno.writeTextFile(file, text);
}

function serves({ port }: Stage, path: string): Promise<void> {
  return until(
    `the gateway serves ${path}`,
    async () => await statusOf(port, path) === 200,
  );
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    Deno.addSignalListener("SIGINT", resolve);
    Deno.addSignalListener("SIGTERM", resolve);
  });
}

if (import.meta.main) Deno.exit(await main());
