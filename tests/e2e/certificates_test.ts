import { assert, assertEquals } from "@std/assert";
import { Playground } from "../helpers/playground.ts";
import { succeeds } from "../helpers/processes.ts";

const HAS_OPENSSL = await succeeds("openssl", "version");

/** Makes a certificate and its key under a name. */
async function issue(place: Playground, name: string) {
  const files = ["-out", place.path(`${name}.pem`), "-keyout"];
  const request =
    "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
      .split(" ");
  assert(
    await succeeds("openssl", ...request, ...files, place.path(`${name}.key`)),
  );
}

function secured(place: Playground): string {
  const tls = { public_key: "tls.pem", private_key: "tls.key" };
  return place.configWith({ tls }, "/one");
}

Deno.test(
  "a certificate and a key that are renewed one after the other restart once, when they match",
  { ignore: !HAS_OPENSSL },
  async () => {
    await using place = await Playground.open();
    await issue(place, "tls");
    await issue(place, "new");
    await Deno.writeTextFile(place.file, secured(place));
    place.start({ args: ["--settle", "3s", "run", "-c", "krakend.json"] });
    await place.restarts(0);
    await Deno.rename(place.path("new.pem"), place.path("tls.pem"));
    await place.staysQuiet();
    await Deno.rename(place.path("new.key"), place.path("tls.key"));
    await place.reports("tls.key, tls.pem changed");
    await place.restarts(1);
    await place.staysQuiet();
    assertEquals(place.starts, 2);
    assertEquals(place.count("is refused"), 0);
  },
);

Deno.test("TLS that a variable disables needs no certificate", async () => {
  await using place = await Playground.open();
  await Deno.writeTextFile(place.file, secured(place));
  await place.startAndServe({ env: { "KRAKEND_TLS.DISABLED": "true" } });
});

Deno.test(
  "a certificate that is missing or belongs to another key is refused, and served once it is right",
  { ignore: !HAS_OPENSSL },
  async () => {
    await using place = await Playground.open();
    await place.startAndServe();
    await Deno.writeTextFile(place.file, secured(place));
    await place.reports("the certificate tls.pem is missing");
    assertEquals(await place.statusOf("/one"), 200);

    await issue(place, "tls");
    await issue(place, "other");
    await place.restarts(1);
    await Deno.rename(place.path("other.key"), place.path("tls.key"));
    await place.reports(
      "the key tls.key does not belong to the certificate tls.pem",
    );
    assertEquals(place.starts, 2);
  },
);
