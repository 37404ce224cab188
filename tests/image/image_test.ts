import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { walk } from "@std/fs";
import { join } from "@std/path";
import { completionsText } from "../../lib/cli/completions.ts";
import { sha256Of } from "../../scripts/build/checksums.ts";
import { manText } from "../../scripts/docs/man.ts";
import { findGateway } from "../../scripts/gateway/build.ts";
import { startBackend } from "../../scripts/lab/backend.ts";
import { configText, freePort } from "../../scripts/lab/config.ts";
import { statusOf } from "../../scripts/lab/status.ts";
import { until } from "../../scripts/lab/until.ts";
import { sumsIn } from "../helpers/sums.ts";
import { mustRun } from "../helpers/tools.ts";
import { runContainer } from "./container.ts";
import { type Image, Workshop } from "./image.ts";
import { Lacking, makeDebian, requireTools, unpackMusl } from "./tools.ts";

const workshop = await Workshop.open();

/** The image, or why there is none. */
const image = await buildImage().catch(async (error) => {
  if (error instanceof Lacking) return error.message;
  await workshop[Symbol.asyncDispose]();
  throw error;
});

async function buildImage(): Promise<Image> {
  await requireTools();
  const [musl, debian] = [await unpackMusl(), await makeDebian()];
  await workshop.buildBases({ musl, debian, gateway: await findGateway() });
  return await workshop.build(await workshop.buildFiles("files"));
}

Deno.test.afterAll(() => workshop[Symbol.asyncDispose]());

/** Declares a test that needs the image; without one, it is skipped by name. */
function imageTest(name: string, check: (image: Image) => Promise<void>) {
  if (typeof image === "string") {
    Deno.test({ name: `${name} (skipped: ${image})`, ignore: true, fn() {} });
  } else {
    Deno.test(name, () => check(image));
  }
}

/** A folder to be mounted, a backend, and ways to ask the gateway. */
async function openFolder() {
  const backend = startBackend();
  const port = freePort();
  const path = await Deno.makeTempDir({ dir: workshop.folder });
  // Another user than ours is to read it.
  await Deno.chmod(path, 0o755);
  return {
    path,
    save: (name: string, ...endpoints: string[]) =>
      Deno.writeTextFile(
        join(path, name),
        configText({ port, backend: backend.url, endpoints }),
      ),
    serves: (endpoint: string, evidence: () => string) =>
      until(
        `the gateway serves ${endpoint}`,
        async () => await statusOf(port, endpoint) === 200,
        { evidence },
      ),
    isServed: async (endpoint: string) =>
      await statusOf(port, endpoint) === 200,
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

imageTest(
  "the image says how it is run; commands and health are for its user",
  ({ config }) => {
    const { Entrypoint, Cmd, User, WorkingDir, Healthcheck } = config;
    assertEquals(Entrypoint, ["/usr/bin/krakend-watch"]);
    assertEquals(Cmd ?? [], []);
    assertEquals([User, WorkingDir], ["1000", "/etc/krakend"]);
    assertEquals(Healthcheck ?? null, null);
    return Promise.resolve();
  },
);

imageTest(
  "there is nothing of glibc in the image, but musl",
  async ({ root }) => {
    const names: string[] = [];
    for await (const { name } of walk(root)) names.push(name);
    assertEquals(
      names.filter((it) => /^(ld-linux|libc\.so\.6|libm\.so)/.test(it)),
      [],
    );
    assert(names.some((it) => it.startsWith("ld-musl-")));
  },
);

imageTest(
  "the image holds the licences, and so does the program",
  async (image) => {
    const path = "usr/share/licenses/krakend-watch/LICENSES.txt";
    const file = await Deno.readTextFile(join(image.root, path));
    await using folder = await openFolder();
    await using container = await runContainer(image, {
      folder: folder.path,
      args: ["--licenses"],
    });
    assertEquals((await container.status).code, 0);
    for (const text of [file, container.text()]) {
      assertStringIncludes(text, "GNU LESSER GENERAL PUBLIC LICENSE");
      assertStringIncludes(text, "GCC RUNTIME LIBRARY EXCEPTION");
      assertStringIncludes(text, "the Deno authors");
    }
  },
);

imageTest(
  "the image holds the manual and the completions",
  async ({ root }) => {
    const share = (path: string) =>
      Deno.readTextFile(join(root, "usr", "share", path));
    assertEquals(await share("man/man1/krakend-watch.1"), manText());
    for (
      const [shell, path] of [
        ["bash", "bash-completion/completions/krakend-watch"],
        ["zsh", "zsh/site-functions/_krakend-watch"],
        ["fish", "fish/vendor_completions.d/krakend-watch.fish"],
      ] as const
    ) {
      assertEquals(await share(path), completionsText(shell));
    }
  },
);

imageTest("--target file is the static file, and nothing else", async () => {
  const files = join(workshop.folder, "files");
  const folder = await workshop.buildFiles("file", files);
  assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), [
    "krakend-watch",
  ]);
  const sums = await sumsIn(files);
  const sum = await sha256Of(join(folder, "krakend-watch"));
  assert([...sums.values()].includes(sum));
  const version = await mustRun([join(folder, "krakend-watch"), "--version"]);
  assertMatch(version, /^krakend-watch \d/);
});

imageTest(
  "the old line works: KRAKEND_CONFIG, no arguments, a reload on edit, a clean stop",
  async (image) => {
    await using folder = await openFolder();
    await folder.save("mine.json", "/one");
    await using container = await runContainer(image, {
      folder: folder.path,
      env: { KRAKEND_CONFIG: "mine.json" },
    });
    await folder.serves("/one", container.text);
    const status = await Deno.readTextFile(`/proc/${container.pid}/status`);
    assertEquals(/^NSpid:.*\t(\d+)$/m.exec(status)?.[1], "1", "it is PID 1");
    assertEquals(/^Uid:\t(\d+)/m.exec(status)?.[1], "1000");
    await folder.save("mine.json", "/one", "/two");
    await folder.serves("/two", container.text);
    assert(!/stops the old|down for/.test(container.text()), container.text());
    container.stop();
    assertEquals((await container.status).code, 0, container.text());
    assertEquals(await folder.isServed("/two"), false);
  },
);

imageTest(
  "krakend's own arguments follow the name of the image",
  async (image) => {
    await using folder = await openFolder();
    await folder.save("other.json", "/other");
    await using container = await runContainer(image, {
      folder: folder.path,
      args: ["run", "-c", "other.json"],
    });
    await folder.serves("/other", container.text);
    container.stop();
    assertEquals((await container.status).code, 0, container.text());
  },
);

imageTest(
  "a check in the image is repeated, and with --once ends as krakend does",
  async (image) => {
    await using folder = await openFolder();
    await folder.save("krakend.json", "/one");
    const check = ["check", "-c", "krakend.json"];
    const once = ["--once", ...check];
    await using good = await runContainer(image, {
      folder: folder.path,
      args: once,
    });
    assertEquals((await good.status).code, 0, good.text());
    await using repeated = await runContainer(image, {
      folder: folder.path,
      args: check,
    });
    const says = (text: string) =>
      until(`"${text}" is printed`, () => repeated.text().includes(text), {
        evidence: repeated.text,
      });
    await says("check passed");
    await Deno.writeTextFile(
      join(folder.path, "krakend.json"),
      '{ "version": 3',
    );
    await says("krakend.json:1:");
    repeated.stop();
    assertEquals((await repeated.status).code, 0, repeated.text());
    await using bad = await runContainer(image, {
      folder: folder.path,
      args: once,
    });
    assertEquals((await bad.status).code, 1, bad.text());
  },
);
