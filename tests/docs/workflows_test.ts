import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { walk } from "@std/fs";
import { fromFileUrl, join } from "@std/path";
import { parse } from "@std/yaml";
import { DENO_VERSION } from "../../scripts/build/deno_cli.ts";
import { DIST_FILES, TARGETS } from "../../scripts/build/targets.ts";

const ROOT = fromFileUrl(new URL("../../", import.meta.url));
const FOLDER = join(ROOT, ".github", "workflows");

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly strategy?: { readonly matrix: Matrix };
  readonly steps: readonly Step[];
}

type Matrix = Readonly<Record<string, readonly unknown[]>>;

interface Workflow {
  readonly on: unknown;
  readonly permissions: unknown;
  readonly jobs: Readonly<Record<string, Job>>;
}

/** The workflows by the names of their files. */
const workflows = new Map(
  [...Deno.readDirSync(FOLDER)].map(({ name }) => [
    name,
    parse(Deno.readTextFileSync(join(FOLDER, name))) as Workflow,
  ]),
);

const jobs = [...workflows].flatMap(([file, workflow]) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({
    where: `${file}, ${name}`,
    workflow,
    job,
  }))
);
const steps = jobs.flatMap(({ where, job }) =>
  job.steps.map((step) => ({ where, job, step }))
);

/** A text of a job, once for every value of each matrix variable in it. */
function expand(text: string, { strategy }: Job): string[] {
  const name = /\$\{\{ matrix\.(\w+) \}\}/.exec(text)?.[1];
  if (name === undefined) return [text];
  const matrix = strategy?.matrix ?? {};
  const included = (matrix["include"] ?? []) as Record<string, unknown>[];
  const values = matrix[name] ?? included.map((it) => it[name]);
  return values.flatMap((value) =>
    expand(text.replaceAll(`\${{ matrix.${name} }}`, String(value)), {
      steps: [],
      ...(strategy && { strategy }),
    })
  );
}

/** Everything that a step says, with the values of its matrix. */
function textsOf({ job, step }: { job: Job; step: Step }): string[] {
  const { run = "", with: inputs = {}, env = {} } = step;
  return [run, ...Object.values(inputs), ...Object.values(env)]
    .flatMap((text) => expand(String(text), job));
}

Deno.test("workflows may read and nothing else, unless a job asks for more", () => {
  for (const { permissions } of workflows.values()) {
    assertEquals(permissions, { contents: "read" });
  }
});

Deno.test("every action is pinned by its commit, beside its version", () => {
  const texts = [...workflows.keys()].map((name) => join(FOLDER, name));
  const example = join(ROOT, "doc", "examples", "github.yaml");
  const lines = [...texts, example].flatMap((
    path,
  ) => [...Deno.readTextFileSync(path).matchAll(/^.*\buses:.*$/gm)]);
  assert(lines.length > 10);
  const pins = new Map<string, Set<string>>();
  for (const [line] of lines) {
    const pin = /uses: ([\w-]+\/[\w-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)$/.exec(
      line,
    );
    assert(pin, line);
    const [, name = "", commit = ""] = pin;
    pins.set(name, (pins.get(name) ?? new Set()).add(commit));
  }
  for (const [name, { size }] of pins) assertEquals(size, 1, name);
});

Deno.test("every task that a workflow or a task runs is one of deno.json", async () => {
  const text = await Deno.readTextFile(join(ROOT, "deno.json"));
  const { tasks } = JSON.parse(text) as {
    tasks: Record<string, { command: string }>;
  };
  const commands = [
    ...steps.flatMap(({ step }) => step.run ?? []),
    ...Object.values(tasks).map(({ command }) => command),
  ];
  const run = commands.flatMap((command) =>
    [...command.matchAll(/\bdeno task (\w+)/g)].map(([, name = ""]) => name)
  );
  assert(run.includes("build") && run.includes("test"), run.join());
  assertEquals(run.filter((name) => !Object.hasOwn(tasks, name)), []);
});

Deno.test("every file of dist/ that a workflow or the image names is one that is made", () => {
  const made = new Set([...DIST_FILES, "krakend-watch.js", "*"]);
  const dockerfile = Deno.readTextFileSync(join(ROOT, "Dockerfile.alpine"));
  const copies = ["amd64", "arm64"].flatMap((arch) =>
    [...dockerfile.matchAll(/^COPY --from=files (?:--chmod=\d+ )?\/(\S+)/gm)]
      .map(([, name = ""]) => name.replace("${TARGETARCH}", arch))
  );
  assert(copies.length > 10);
  const named = [
    ...copies,
    ...steps.flatMap(textsOf).flatMap((text) =>
      [...text.matchAll(/\bdist\/([^\s"':]+)/g)].map(([, name = ""]) => name)
    ),
  ];
  for (const { file } of TARGETS) assert(named.includes(file), file);
  assertEquals(named.filter((name) => !made.has(name)), []);
});

Deno.test("a release names every target, so that none may be skipped", () => {
  const builds = steps.flatMap(({ step }) => step.run ?? [])
    .filter((run) => run.includes("deno task build"));
  assertEquals(builds.length, 1);
  const named = [...(builds[0] ?? "").matchAll(/--target (\S+)/g)];
  assertEquals(named.map(([, name]) => name), TARGETS.map(({ name }) => name));
});

Deno.test("workflows and the image run the Deno that is built in", () => {
  const versions = steps.filter(({ step }) => step.uses?.includes("setup-deno"))
    .map(({ step }) => step.with?.["deno-version"]);
  assert(versions.length > 0);
  assertEquals([...new Set(versions)], [`v${DENO_VERSION}`]);
  const dockerfile = Deno.readTextFileSync(join(ROOT, "Dockerfile.alpine"));
  assertStringIncludes(dockerfile, `:bin-${DENO_VERSION}\n`);
});

Deno.test("the image is tagged with the version of KrakenD that it is tested with", async () => {
  const { env } = workflows.get("release.yaml") as {
    env?: { KRAKEND: string };
  };
  const module = Deno.readTextFileSync(join(ROOT, "scripts/gateway/go.mod"));
  const version = /lura\/v2 v(\d+\.\d+)\.\d+/.exec(module)?.[1];
  assertEquals(env?.KRAKEND, version);
  const documents = [join(ROOT, "README.md")];
  for await (
    const { path } of walk(join(ROOT, "doc"), { includeDirs: false })
  ) {
    documents.push(path);
  }
  const tags = documents.flatMap((path) =>
    [...Deno.readTextFileSync(path).matchAll(/ghcr\.io\/[^\s:]+:([\w.]+)/g)]
      .map(([, tag]) => tag)
  );
  assert(tags.length > 3);
  assertEquals([...new Set(tags)], [version]);
});

Deno.test("every script of a workflow is one for bash", async () => {
  for (const { where, step } of steps) {
    if (step.run === undefined) continue;
    // Expressions are put in before bash sees the script.
    const script = step.run.replaceAll(/\$\{\{.*?\}\}/g, "expression");
    const { success, stderr } = await new Deno.Command("bash", {
      args: ["-n", "-c", script],
    }).output();
    assert(success, `${where}: ${new TextDecoder().decode(stderr)}`);
  }
});
