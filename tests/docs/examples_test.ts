import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { exists } from "@std/fs";
import { join } from "@std/path";
import { parse } from "@std/yaml";
import { parse as parseJsonc } from "jsonc-parser";
import { parseOptions, unknownVariables } from "../../lib/cli/options.ts";
import { freePort } from "../../scripts/lab/config.ts";
import { statusOf } from "../../scripts/lab/status.ts";
import { until } from "../../scripts/lab/until.ts";
import { startKrakendWatch } from "../../scripts/lab/watch_process.ts";
import { IMAGE } from "../../scripts/package/about.ts";
import { DOC } from "../../scripts/paths.ts";
import { type Desk, openDesk } from "./desk.ts";

const EXAMPLES = join(DOC, "examples");

// deno-lint-ignore no-explicit-any -- what others define is read here and there
type Document = any;

function read(name: string): string {
  return Deno.readTextFileSync(join(EXAMPLES, name));
}

function readYaml(name: string): Document[] {
  return read(name).split(/^---$/m).map((part) => parse(part));
}

/** Returns what krakend-watch makes of the variables and arguments of an example. */
function understood(env: Record<string, string>, args: string[] = []) {
  assert(Object.keys(env).some((it) => it.startsWith("KRAKEND_WATCH_")));
  assertEquals([...unknownVariables(env)], []);
  return parseOptions(args, env);
}

/** Runs a gateway with a configuration as it stands, but for its port. */
async function serves(config: string): Promise<void> {
  await using desk = await openDesk();
  const port = freePort();
  await desk.save("krakend.json", config.replaceAll("8080", `${port}`));
  await using watch = startKrakendWatch({
    args: [],
    cwd: desk.folder,
    env: desk.env,
  });
  await until(
    "the example's endpoint answers",
    async () => await statusOf(port, "/hello") === 200,
    { evidence: () => watch.lines.join("\n") },
  );
}

Deno.test("the Compose example runs a folder that is there, and gives requests time to end", () => {
  const [{ services }] = readYaml("compose.yaml");
  const { gateway } = services;
  const { shutdownTimeoutMs } = understood(gateway.environment);
  assert(parseInt(gateway.stop_grace_period) * 1_000 > shutdownTimeoutMs);
  assertEquals(gateway.volumes, ["./krakend:/etc/krakend:ro"]);
  const [verb, option, file] = gateway.command;
  assertEquals([verb, option], ["run", "-c"]);
  const { port } = JSON.parse(read(`krakend/${file}`));
  const { context, dockerfile } = gateway.build;
  assert(Deno.statSync(join(EXAMPLES, context, dockerfile)).isFile);
  assertEquals([gateway.read_only, gateway.tmpfs], [true, ["/tmp"]]);
  assertEquals(gateway.ports, [`${port}:${port}`]);
  assert(gateway.healthcheck.test.at(-1).endsWith(`:${port}/__health`));
});

Deno.test("the configuration of the Compose example serves its endpoint as it stands", () =>
  serves(read("krakend/krakend.json")));

Deno.test("the Kubernetes example is one that a restricted namespace takes", () => {
  const documents = readYaml("kubernetes.yaml");
  assertEquals(documents.map(({ kind }) => kind), [
    "ConfigMap",
    "Deployment",
    "Service",
  ]);
  const { spec } = documents[1].spec.template;
  const { runAsNonRoot, runAsUser, seccompProfile } = spec.securityContext;
  assertEquals([runAsNonRoot, runAsUser], [true, 1000]);
  assertEquals(seccompProfile, { type: "RuntimeDefault" });
  assertEquals(spec.containers[0].securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
});

Deno.test("the parts of the Kubernetes example fit together", () => {
  const [map, deployment, service] = readYaml("kubernetes.yaml");
  const { template, selector } = deployment.spec;
  const [container] = template.spec.containers;
  const { data } = map;
  const variables = container.env as { name: string; value: string }[];
  const env = Object.fromEntries(
    variables.map(({ name, value }) => [name, value]),
  );
  const { command, shutdownTimeoutMs } = understood(env, container.args);
  assertEquals(command.slice(0, 2), ["run", "-c"]);
  assert(command[2] !== undefined && Object.hasOwn(data, command[2]));
  const { terminationGracePeriodSeconds: graceSeconds } = template.spec;
  assert(graceSeconds * 1_000 > shutdownTimeoutMs);
  assertMatch(container.image, new RegExp(`^${IMAGE}:[\\d.]+$`));
  const { port } = JSON.parse(data["krakend.json"]);
  const [exposed] = container.ports;
  assertEquals(exposed.containerPort, port);
  assertEquals(container.readinessProbe.httpGet.port, exposed.name);
  assertEquals(service.spec.ports[0].targetPort, exposed.name);
  assertEquals(service.spec.selector, selector.matchLabels);
  assertEquals(template.metadata.labels, selector.matchLabels);
  const [config] = container.volumeMounts;
  assertEquals([config.mountPath, config.subPath], ["/etc/krakend", undefined]);
  const [volume] = template.spec.volumes;
  const { name, configMap } = volume;
  assertEquals([name, configMap.name], [config.name, map.metadata.name]);
});

Deno.test("the configuration in the Kubernetes example serves its endpoint as it stands", () => {
  const [{ data }] = readYaml("kubernetes.yaml");
  return serves(data["krakend.json"]);
});

Deno.test("the drop-in for systemd runs krakend-watch, waits longer than it does, and reloads by SIGHUP", () => {
  const lines = read("krakend.service.conf").split("\n");
  const valuesOf = (key: string) =>
    lines.filter((line) => line.startsWith(`${key}=`))
      .map((line) => line.slice(key.length + 1));
  // An empty value takes away that of the service itself.
  const [none, start = ""] = valuesOf("ExecStart");
  assertEquals(none, "");
  const [program, ...args] = start.split(" ");
  assertEquals(program, "/usr/bin/krakend-watch");
  const { shutdownTimeoutMs, command } = parseOptions(args, {});
  assertEquals(command[0], "run");
  const [stop = ""] = valuesOf("TimeoutStopSec");
  assert(parseInt(stop) * 1_000 > shutdownTimeoutMs);
  assertEquals(valuesOf("ExecReload"), ["", "/bin/kill -HUP $MAINPID"]);
});

// Faults, where editors and CI read them.

const BROKEN = '{\n  "version": 3,\n  "port": 8080,,\n}\n';
const FAULT = ["krakend.json", "3", "16", "property name expected"];

interface Pattern {
  readonly regexp: string;
  readonly file: number;
  readonly line: number;
  readonly column: number;
  readonly message: number;
}

/** Returns what a matcher finds in an output: file, line, column and message of each fault. */
function faultsIn(output: string, pattern: Pattern): (string | undefined)[][] {
  const { regexp, file, line, column, message } = pattern;
  return output.split("\n").flatMap((text) => {
    const match = new RegExp(regexp).exec(text);
    return match ? [[file, line, column, message].map((it) => match[it])] : [];
  });
}

const { tasks } = parseJsonc(read("vscode/tasks.json"));
const [check, onSave, run] = tasks;

Deno.test("the task of VS Code finds the fault in what a check prints", async () => {
  await using desk = await openDesk();
  await desk.save("krakend.json", BROKEN);
  const { code, output } = await desk.run([check.command, ...check.args]);
  assertEquals(code, 1);
  assertEquals(faultsIn(output, check.problemMatcher.pattern), [FAULT], output);
  await desk.save("krakend.json", '{ "version": 3 }');
  const good = await desk.run([check.command, ...check.args]);
  assertEquals(good.code, 0);
  assertEquals(faultsIn(good.output, check.problemMatcher.pattern), []);
});

Deno.test("the task of VS Code that repeats the check marks where each one begins and ends", async () => {
  await using desk = await openDesk();
  await desk.save("krakend.json", '{ "version": 3 }');
  const { pattern, background } = onSave.problemMatcher;
  assertEquals(pattern, check.problemMatcher.pattern);
  await using task = desk.start([onSave.command, ...onSave.args]);
  await until("the task watches", () => task.text().includes(": watching "));
  const ends = () =>
    task.text().match(new RegExp(background.endsPattern, "gm"));
  await desk.save("krakend.json", BROKEN);
  await until("it has checked once", () => ends()?.length === 1, {
    evidence: task.text,
  });
  const lines = task.text().split("\n");
  const begin = lines.findIndex((it) =>
    new RegExp(background.beginsPattern).test(it)
  );
  const end = lines.findIndex((it) =>
    new RegExp(background.endsPattern).test(it)
  );
  const between = lines.slice(begin + 1, end).join("\n");
  assertEquals(faultsIn(between, pattern), [FAULT], task.text());
  await desk.save("krakend.json", '{ "version": 3, "port": 8081 }');
  await until("it has checked twice", () => ends()?.length === 2, {
    evidence: task.text,
  });
  assertEquals(faultsIn(task.text(), pattern), [FAULT]);
});

Deno.test("the task of VS Code that runs a gateway says when it is ready again", async () => {
  await using desk = await openDesk();
  const port = freePort();
  const save = (timeout: string) =>
    desk.save(
      "krakend.json",
      JSON.stringify({ version: 3, listen_ip: "127.0.0.1", port, timeout }),
    );
  await save("1s");
  const { beginsPattern, endsPattern } = run.problemMatcher.background;
  await using task = desk.start([run.command, ...run.args]);
  const sees = (pattern: string, times: number) =>
    until(
      `there are ${times} lines like ${pattern}`,
      () => task.text().match(new RegExp(pattern, "gm"))?.length === times,
      { evidence: task.text },
    );
  await sees(endsPattern, 1);
  await save("2s");
  await sees(beginsPattern, 1);
  await sees(endsPattern, 2);
});

Deno.test("the matcher for GitHub has the pattern of the one for VS Code", () => {
  const { problemMatcher } = JSON.parse(read("krakend-matcher.json"));
  assertEquals(problemMatcher[0].pattern, [check.problemMatcher.pattern]);
});

/** The check that an example runs: it fails for a broken configuration, and for no other. */
async function decides(desk: Desk, script: string): Promise<void> {
  await desk.save("krakend.json", '{ "version": 3 }');
  const good = await desk.run(["sh", "-ec", script]);
  assertEquals(good.code, 0, good.output);
  await desk.save("krakend.json", BROKEN);
  const bad = await desk.run(["sh", "-ec", script]);
  assertEquals(bad.code, 1, bad.output);
  assertStringIncludes(bad.output, FAULT.slice(0, 3).join(":"));
}

Deno.test("the pre-commit hook refuses a broken configuration", async () => {
  await using desk = await openDesk();
  const [{ repos }] = readYaml("pre-commit-config.yaml");
  const [hook] = repos[0].hooks;
  assertEquals([hook.language, hook.pass_filenames], ["system", false]);
  assertMatch("conf/a.tmpl", new RegExp(hook.files));
  await decides(desk, hook.entry);
});

Deno.test("the job for GitLab fails for a broken configuration, in the published image", async () => {
  await using desk = await openDesk();
  const [{ gateway }] = readYaml("gitlab.yaml");
  assertMatch(gateway.image.name, new RegExp(`^${IMAGE}:[\\d.]+$`));
  assertEquals(gateway.image.entrypoint, [""]);
  await decides(desk, gateway.script.join("\n"));
});

Deno.test("the step for GitHub fails for a broken configuration, in the published image", async () => {
  await using desk = await openDesk();
  const [{ jobs }] = readYaml("github.yaml");
  const { run } = jobs.check.steps.at(-1);
  assertMatch(run, /::add-matcher::\.github\/krakend-matcher\.json"$/m);
  await decides(desk, run);
});

Deno.test("the development container has what its parts name", async () => {
  const container = parseJsonc(read("devcontainer/devcontainer.json"));
  const { dockerfile } = container.build;
  assert(await exists(join(EXAMPLES, "devcontainer", dockerfile)));
  const lines = read(`devcontainer/${dockerfile}`).split("\n");
  assert(lines.some((it) => it.startsWith(`FROM ${IMAGE}:`)));
  const command = container.postAttachCommand.split(" ");
  assertEquals(command.slice(0, 2), ["krakend-watch", "run"]);
  assertEquals(parseOptions(command.slice(1), {}).command[0], "run");
});
