import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { parse } from "@std/yaml";
import { parseOptions } from "../../lib/cli/options.ts";
import { OPTIONS, VARIABLE_PREFIX, variableOf } from "../../lib/cli/table.ts";
import { findGateway } from "../../scripts/gateway/build.ts";
import { ROOT } from "../../scripts/paths.ts";
import { runTool } from "../../scripts/static/tool.ts";

const EXAMPLES = join(ROOT, "doc", "examples");

// deno-lint-ignore no-explicit-any -- what others define is looked at here and there
type Document = any;

async function read(name: string): Promise<Document[]> {
  const text = await Deno.readTextFile(join(EXAMPLES, name));
  return text.split(/^---$/m).map((part) => parse(part));
}

/** What krakend-watch makes of the variables and arguments of an example. */
function understood(env: Record<string, string>, args: string[] = []) {
  const names = Object.keys(env)
    .filter((name) => name.startsWith(VARIABLE_PREFIX));
  const known = OPTIONS.map(({ name }) => variableOf(name));
  assert(names.length > 0);
  assertEquals(names.filter((name) => !known.includes(name)), []);
  return parseOptions(args, env);
}

Deno.test("the Compose example mounts a folder, and gives requests time to end", async () => {
  const [{ services }] = await read("compose.yaml");
  const { gateway } = services;
  const { shutdownTimeoutMs } = understood(gateway.environment);
  assert(parseInt(gateway.stop_grace_period) * 1_000 > shutdownTimeoutMs);
  assertEquals(gateway.volumes, ["./krakend:/etc/krakend:ro"]);
  assertEquals([gateway.read_only, gateway.tmpfs], [true, ["/tmp"]]);
  const [, port] = gateway.ports[0].split(":");
  assert(gateway.healthcheck.test.at(-1).endsWith(`:${port}/__health`));
});

Deno.test("the Kubernetes example is one that a restricted namespace takes", async () => {
  const documents = await read("kubernetes.yaml");
  assertEquals(documents.map(({ kind }) => kind), [
    "ConfigMap",
    "Deployment",
    "Service",
  ]);
  const { spec } = documents[1].spec.template;
  assertEquals([
    spec.securityContext.runAsNonRoot,
    spec.securityContext.runAsUser,
  ], [true, 1000]);
  assertEquals(spec.securityContext.seccompProfile, { type: "RuntimeDefault" });
  const { securityContext } = spec.containers[0];
  assertEquals(securityContext, {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ["ALL"] },
  });
});

Deno.test("the parts of the Kubernetes example fit together", async () => {
  const [map, deployment, service] = await read("kubernetes.yaml");
  const { template, selector } = deployment.spec;
  const [container] = template.spec.containers;
  const { data } = map;
  const env = Object.fromEntries(
    container.env.map((
      it: Record<string, string>,
    ) => [it["name"], it["value"]]),
  );
  const { command, shutdownTimeoutMs } = understood(env, container.args);
  assertEquals(command.slice(0, 2), ["run", "-c"]);
  assert(command[2] !== undefined && Object.hasOwn(data, command[2]));
  assert(
    template.spec.terminationGracePeriodSeconds * 1_000 > shutdownTimeoutMs,
  );
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
  assertEquals([volume.name, volume.configMap.name], [
    config.name,
    map.metadata.name,
  ]);
});

Deno.test("the configuration in the Kubernetes example passes krakend's check", async () => {
  const [{ data }] = await read("kubernetes.yaml");
  const file = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(file, data["krakend.json"]);
  const gateway = await findGateway();
  const { success, message } = await runTool([gateway, "check", "-c", file]);
  await Deno.remove(file);
  assert(success, message);
});
