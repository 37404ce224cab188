import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { PATIENT, Playground } from "../helpers/playground.ts";

Deno.test("a file outside of the working folder is watched", async () => {
  await using place = await Playground.open();
  const elsewhere = await Deno.makeTempDir();
  try {
    await place.startAndServe({
      cwd: elsewhere,
      args: ["run", "-c", place.file],
    });
    await place.save("/two");
    await place.serves("/two");
  } finally {
    await Deno.remove(elsewhere, { recursive: true });
  }
});

Deno.test("a file behind a link is watched where it really is", async () => {
  await using place = await Playground.open();
  await Deno.mkdir(place.path("real"));
  await Deno.rename(place.file, place.path("real/config.json"));
  await Deno.symlink(place.path("real/config.json"), place.file);
  await place.startAndServe();

  const target = place.path("real/config.json");
  await Deno.writeTextFile(target, place.config("/edited"));
  await place.serves("/edited");

  await Deno.writeTextFile(
    place.path("real/other.json"),
    place.config("/retargeted"),
  );
  await Deno.remove(place.file);
  await Deno.symlink(place.path("real/other.json"), place.file);
  await place.serves("/retargeted");

  await Deno.remove(place.file);
  await place.save("/plain");
  await place.serves("/plain");

  await Deno.remove(place.file);
  await Deno.symlink("real/config.json", place.file);
  await place.serves("/edited");
  await Deno.writeTextFile(target, place.config("/edited/again"));
  await place.serves("/edited/again");
});

Deno.test("a ConfigMap that Kubernetes swaps is seen, three times in a row", async () => {
  await using place = await Playground.open();
  const publish = async (version: string) => {
    await Deno.mkdir(place.path(`..${version}`));
    await Deno.writeTextFile(
      place.path(`..${version}/krakend.json`),
      place.config("/one", `/${version}`),
    );
    await Deno.symlink(`..${version}`, place.path("..data_tmp"));
    await Deno.rename(place.path("..data_tmp"), place.path("..data"));
  };
  await publish("v0");
  await Deno.remove(place.file);
  await Deno.symlink("..data/krakend.json", place.file);
  await place.startAndServe({ args: PATIENT });

  for (const version of ["v1", "v2", "v3"]) {
    await publish(version);
    await place.serves(`/${version}`);
  }
  assertEquals(place.count("refused"), 0);
});

Deno.test("a Secret that Kubernetes swaps is seen each time, and nothing that it cleans up", async () => {
  await using place = await Playground.open();
  const secret = place.path("secret");
  const at = (name: string) => join(secret, name);
  let old: string | undefined;
  // As kubelet does it: the files, the link beside it, over the old one, and away with that.
  const publish = async (version: string) => {
    const folder = `..2026_11_24_${version}`;
    await Deno.mkdir(at(folder), { recursive: true });
    await Deno.writeTextFile(at(`${folder}/key`), version);
    await Deno.symlink(folder, at("..data_tmp"));
    await Deno.rename(at("..data_tmp"), at("..data"));
    if (old) await Deno.remove(at(old), { recursive: true });
    old = folder;
  };
  await publish("0");
  await Deno.symlink("..data/key", at("key"));
  await place.startAndServe({
    args: ["--watch", "secret/key", "run", "-c", "krakend.json"],
  });

  for (const version of [1, 2, 3]) {
    await publish(`${version}`);
    await place.reports("secret/key changed", version);
    await place.restarts(version);
  }
  // The same content in a new folder is no change.
  await Deno.writeTextFile(at("key_copy"), "3");
  await Deno.rename(at("key_copy"), at(`${old}/key`));
  await place.staysQuiet();
  assertEquals(place.starts, 4);
});

Deno.test("a folder that is replaced is watched anew", async () => {
  await using place = await Playground.open();
  const conf = place.path("conf");
  const file = join(conf, "krakend.json");
  await Deno.mkdir(conf);
  await Deno.rename(place.file, file);
  await place.startAndServe({ args: ["run", "-c", "conf/krakend.json"] });

  for (const round of ["/first", "/second"]) {
    await Deno.rename(conf, `${conf}.old`);
    await Deno.mkdir(conf);
    await Deno.writeTextFile(file, place.config(round));
    await place.serves(round);
    await Deno.remove(`${conf}.old`, { recursive: true });
    await Deno.writeTextFile(file, place.config(`${round}/again`));
    await place.serves(`${round}/again`);
  }
});

Deno.test("a working folder that is replaced is left for the new one", async () => {
  await using place = await Playground.open();
  const home = place.path("home");
  await Deno.mkdir(home);
  await Deno.rename(place.file, join(home, "krakend.json"));
  await place.startAndServe({ cwd: home });

  await Deno.rename(home, `${home}.old`);
  await Deno.mkdir(home);
  await Deno.writeTextFile(join(home, "krakend.json"), place.config("/new"));
  await place.serves("/new");
});

Deno.test("a link to a parent folder that is retargeted leads to the new file", async () => {
  await using place = await Playground.open();
  for (const version of ["blue", "green"]) {
    await Deno.mkdir(place.path(version));
    await Deno.writeTextFile(
      place.path(`${version}/krakend.json`),
      place.config("/one", `/${version}`),
    );
  }
  const link = place.path("current");
  await Deno.symlink("blue", link);
  await place.startAndServe({ args: ["run", "-c", "current/krakend.json"] });
  for (const version of ["green", "blue"]) {
    await Deno.remove(link);
    await Deno.symlink(version, link);
    await place.serves(`/${version}`);
  }
});

Deno.test("a write through another name of the file is seen, though there is no event of it", async () => {
  await using place = await Playground.open();
  await Deno.mkdir(place.path("elsewhere"));
  await Deno.link(place.file, place.path("elsewhere/other.json"));
  await place.startAndServe();
  await Deno.writeTextFile(
    place.path("elsewhere/other.json"),
    place.config("/linked"),
  );
  await place.serves("/linked");
});

Deno.test("a link whose way leads up from another link is watched where it really is", async () => {
  await using place = await Playground.open();
  await Deno.mkdir(place.path("deep/er"), { recursive: true });
  await Deno.rename(place.file, place.path("deep/krakend.json"));
  await Deno.symlink("deep/er", place.path("x"));
  await Deno.symlink("x/../krakend.json", place.file);
  await place.startAndServe();
  await Deno.writeTextFile(
    place.path("deep/krakend.json"),
    place.config("/two"),
  );
  await place.serves("/two");
});
