/**
 * Follows the README with an empty home, each command as it stands there, and
 * prints what a reader would see: to a running demo, to an installed .deb and
 * to a reload in the image. It takes some minutes, as root on Debian:
 *
 *     deno run -A --import-map=.cache/std/import_map.json tests/docs/transcript.ts
 *
 * The repository is this checkout's last commit, dpkg installs into a root of
 * its own, and images are built by buildah and run in namespaces.
 *
 * @module
 */

import { join } from "@std/path";
import { findGateway } from "../../scripts/gateway/build.ts";
import { statusOf } from "../../scripts/lab/status.ts";
import { until } from "../../scripts/lab/until.ts";
import { HOMEPAGE } from "../../scripts/package/about.ts";
import { ROOT } from "../../scripts/paths.ts";
import { mustRun } from "../helpers/tools.ts";
import { runContainer } from "../image/container.ts";
import { Workshop } from "../image/image.ts";
import { makeDebian, requireTools, unpackMusl } from "../image/tools.ts";
import { readCommands } from "./commands.ts";

const WITHIN_MS = 600_000;
const decoder = new TextDecoder();

function print(text: string): void {
  const lines = text.trimEnd().split("\n")
    .filter((it) => !/^(?:Download |go: downloading )/.test(it));
  // deno-lint-ignore no-console -- the transcript is the answer
  console.log(lines.join("\n"));
}

/** Commands of a reader, in a folder that `cd` changes. */
class Reader {
  cwd: string;

  constructor(
    readonly home: string,
    readonly env: Readonly<Record<string, string>>,
  ) {
    this.cwd = home;
  }

  /** Runs a command to its end, and prints the end of its output. */
  async run(command: string, lines = 12): Promise<void> {
    print(`$ ${command}`);
    const [, folder] = /^cd (\S+)$/.exec(command) ?? [];
    if (folder) {
      this.cwd = join(this.cwd, folder);
      return;
    }
    const { success, stdout, stderr } = await this.#command(command, "piped")
      .output();
    const output = (decoder.decode(stdout) + decoder.decode(stderr)).trimEnd()
      .split("\n");
    if (output.length > lines) print("…");
    print(output.slice(-lines).join("\n"));
    if (!success) throw new Error(`"${command}" failed`);
  }

  /** Starts a command that a signal ends. */
  start(command: string) {
    print(`$ ${command}`);
    const child = this.#command(command, "piped").spawn();
    let text = "";
    const read = async (stream: ReadableStream<Uint8Array>) => {
      for await (const part of stream) text += decoder.decode(part);
    };
    const reading = Promise.all([read(child.stdout), read(child.stderr)]);
    return {
      text: () => text,
      async end() {
        // As Ctrl-C does, to all of them.
        Deno.kill(-child.pid, "SIGINT");
        await reading;
        return (await child.status).code;
      },
    };
  }

  #command(command: string, output: "piped"): Deno.Command {
    return new Deno.Command("bash", {
      args: ["-c", command],
      cwd: this.cwd,
      env: { ...this.env },
      clearEnv: true,
      detached: true,
      stdin: "null",
      stdout: output,
      stderr: output,
    });
  }
}

/** Saves a file with another name of an endpoint, and waits until that is served. */
async function rename(
  { file, port, from, to, text }: {
    file: string;
    port: number;
    from: string;
    to: string;
    text: () => string;
  },
): Promise<void> {
  const serves = (path: string) =>
    until(
      `${path} is served`,
      async () => await statusOf(port, path) === 200,
      { evidence: text, withinMs: WITHIN_MS },
    );
  await serves(from);
  print(
    `$ curl -o /dev/null -w '%{http_code}' http://127.0.0.1:${port}${from}\n200`,
  );
  print(`$ sed -i 's|"${from}"|"${to}"|' ${file}`);
  const before = await Deno.readTextFile(file);
  await Deno.writeTextFile(file, before.replaceAll(`"${from}"`, `"${to}"`));
  await serves(to);
  print(
    `$ curl -o /dev/null -w '%{http_code}' http://127.0.0.1:${port}${to}\n200`,
  );
}

/** Prints the lines of krakend-watch. */
function printOurs(text: string): void {
  const lines = text.split("\n").filter((it) => it.includes("krakend-watch: "));
  print(lines.join("\n"));
}

async function main(): Promise<void> {
  await requireTools();
  const commands = (await readCommands())
    .filter(({ place }) => place.startsWith("README.md"))
    .map(({ text }) => text);
  const take = (words: string) => {
    const found = commands.find((it) => it.includes(words));
    if (found) return found;
    throw new Error(`The README has no "${words}" any more`);
  };

  const home = await Deno.makeTempDir({ prefix: "krakend-watch-reader-" });
  const root = join(home, "root");
  const bin = join(home, "bin");
  await mustRun([
    "mkdir",
    "-p",
    bin,
    `${root}/var/lib/dpkg/info`,
    `${root}/var/lib/dpkg/updates`,
    `${root}/proc`,
  ]);
  await mustRun([
    "touch",
    `${root}/var/lib/dpkg/status`,
    `${root}/var/lib/dpkg/available`,
  ]);
  await Deno.writeTextFile(
    join(bin, "dpkg"),
    `#!/bin/sh\nexec /usr/bin/dpkg --root=${root} "$@"\n`,
    { mode: 0o755 },
  );
  await Deno.writeTextFile(
    join(home, ".gitconfig"),
    `[url "file://${ROOT.replace(/\/$/, "")}"]\n  insteadOf = ${HOMEPAGE}\n`,
  );
  const kept = Object.entries(Deno.env.toObject())
    .filter(([name]) => /^(?:LANG|TERM|.*(?:CERT|_CA_|CAINFO).*)$/.test(name));
  const reader = new Reader(home, {
    ...Object.fromEntries(kept),
    HOME: home,
    NO_COLOR: "1",
    PATH:
      `${bin}:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  });

  print("## A running demo\n\n```");
  await reader.run(take("git clone"));
  await reader.run(take("cd "));
  const demo = reader.start(take("task demo"));
  await until("the demo names its file", () => /Ctrl-C/.test(demo.text()), {
    withinMs: WITHIN_MS,
    evidence: demo.text,
  });
  print(demo.text());
  await rename({
    file: /edit +(\S+)/.exec(demo.text())?.[1] ?? "",
    port: Number(/127\.0\.0\.1:(\d+)/.exec(demo.text())?.[1]),
    from: "/hello",
    to: "/hi",
    text: demo.text,
  });
  printOurs(demo.text().split("Ctrl-C").at(-1) ?? "");
  print(`^C\nexit code ${await demo.end()}\n\`\`\`\n`);

  print("## An installed .deb, in a root of its own\n\n```");
  await reader.run(take("task build"));
  await reader.run(take("task packages"));
  await reader.run(take("dpkg -i dist/"));
  await reader.run(
    `mount -t proc proc ${root}/proc && chroot ${root} /usr/bin/krakend-watch --version; umount ${root}/proc`,
  );
  print("```\n");

  print("## A reload in the image, built by buildah\n\n```");
  await using workshop = await Workshop.open();
  const [musl, debian] = [await unpackMusl(), await makeDebian()];
  await workshop.buildBases({ musl, debian, gateway: await findGateway() });
  print(`$ ${take("docker build")}`);
  const image = await workshop.buildFrom(reader.cwd);
  const old = take("docker run");
  print(`$ ${old}`);
  const [, mounted = ""] = /\$PWD\/(.*?):\/etc/.exec(old) ?? [];
  const folder = join(reader.cwd, mounted);
  await using container = await runContainer(image, {
    folder,
    args: [],
    env: { KRAKEND_CONFIG: /KRAKEND_CONFIG=(\S+)/.exec(old)?.[1] ?? "" },
  });
  await rename({
    file: join(folder, "krakend.json"),
    port: 8080,
    from: "/hello",
    to: "/hi",
    text: container.text,
  });
  printOurs(container.text());
  container.stop();
  print(`exit code ${(await container.status).code}\n\`\`\``);
  await Deno.remove(home, { recursive: true });
}

if (import.meta.main) await main();
