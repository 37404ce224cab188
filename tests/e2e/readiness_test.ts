import { assert, assertEquals, assertMatch } from "@std/assert";
import { Playground } from "../helpers/playground.ts";
import { succeeds } from "../helpers/processes.ts";

Deno.test("a reload is reported with the time to ready", async () => {
  await using place = await Playground.open();
  await place.startAndServe();
  await place.save("/two");
  await place.restarts(1);
  const [first = "", second = ""] = place.lines.filter((line) =>
    line.includes("krakend-watch: ready in ")
  );
  assertMatch(first, /ready in [\d.]+ m?s$/);
  assertMatch(second, /ready in [\d.]+ m?s$/);
});

Deno.test("a gateway without a health endpoint is ready when it accepts connections", async () => {
  await using place = await Playground.open();
  const router = { router: { disable_health: true } };
  await Deno.writeTextFile(
    place.file,
    place.configWith({ extra_config: router }, "/one"),
  );
  await place.startAndServe();
});

Deno.test({
  name: "a gateway that speaks TLS is ready when it accepts connections",
  ignore: !await succeeds("openssl", "version"),
  async fn() {
    await using place = await Playground.open();
    const [key, cert] = [place.path("key.pem"), place.path("cert.pem")];
    const request = ["req", "-x509", "-nodes", "-newkey", "rsa:2048"];
    const files = ["-keyout", key, "-out", cert, "-subj", "/CN=localhost"];
    assert(await succeeds("openssl", ...request, ...files));
    const tls = { keys: [{ public_key: cert, private_key: key }] };
    await Deno.writeTextFile(place.file, place.configWith({ tls }, "/one"));
    place.start();
    await place.restarts(0);
    // It answers, but not in plain text.
    assertEquals(await place.statusOf("/one"), 400);
  },
});

Deno.test("a gateway with a health endpoint of another name is asked there", async () => {
  await using place = await Playground.open();
  const router = { router: { health_path: "/fine" } };
  await Deno.writeTextFile(
    place.file,
    place.configWith({ extra_config: router }, "/one"),
  );
  await place.startAndServe();
  assertEquals(await place.statusOf("/fine"), 200);
});

Deno.test("the port is found where flexible configuration puts it", async () => {
  await using place = await Playground.open();
  await Deno.mkdir(place.path("settings"));
  await Deno.writeTextFile(
    place.path("settings/service.json"),
    JSON.stringify({ port: place.port }),
  );
  await Deno.writeTextFile(
    place.file,
    withPort(place, "{{ .service.port }}"),
  );
  await place.startAndServe({
    env: { FC_ENABLE: "1", FC_SETTINGS: place.path("settings") },
  });
});

Deno.test("the port of the environment wins over the file's", async () => {
  await using place = await Playground.open();
  await Deno.writeTextFile(place.file, withPort(place, 1));
  await place.startAndServe({ env: { KRAKEND_PORT: String(place.port) } });
});

Deno.test("the port on the command line wins over the environment's", async () => {
  await using place = await Playground.open();
  await place.startAndServe({
    args: ["run", "-dc", "krakend.json", `--port=${place.port}`],
    env: { KRAKEND_PORT: "1" },
  });
});

Deno.test("a port that another program holds is no gateway that is ready", async () => {
  await using place = await Playground.open();
  const squatter = Deno.serve(
    { hostname: "127.0.0.1", port: place.port, onListen: () => {} },
    () => new Response("not a gateway"),
  );
  place.start();
  await place.reports("next start in");
  assertEquals(place.starts, 0);

  await squatter.shutdown();
  await place.serves("/one");
  await place.restarts(0);
});

/** The configuration with something else in the place of its port. */
function withPort(place: Playground, port: number | string): string {
  return place.config("/one").replace(
    `"port": ${place.port}`,
    `"port": ${port}`,
  );
}
