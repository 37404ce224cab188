import fc from "fast-check";
import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { IMPORT_MAP } from "../../../scripts/paths.ts";
import {
  eventsOf,
  isFileMount,
  type Mount,
  mountOf,
  parseMountInfo,
  readMounts,
} from "../../../lib/watch/mounts.ts";
import { withFolder } from "../support.ts";
import * as samples from "./mounts_samples.ts";

/** A mount like any other, but for what is told of it. */
function mount(parts: Partial<Mount>): Mount {
  return {
    mountPoint: "/",
    root: "/",
    isOrphan: false,
    fsType: "ext4",
    source: "none",
    ...parts,
  };
}

Deno.test("in tables of real systems, the file system of a path and its events are told", () => {
  for (const [table, path, learned] of samples.LEARNED) {
    const found = mountOf(path, parseMountInfo(table));
    assert(found, `${path} in ${table}`);
    const { reliable } = eventsOf(found);
    assertEquals(found.fsType + (reliable ? "" : "!"), learned, table);
  }
});

Deno.test("every line of the tables of real systems is a mount", () => {
  for (const table of Object.values(samples)) {
    if (typeof table !== "string") continue;
    const lines = table.trimEnd().split("\n");
    assertEquals(parseMountInfo(table).length, lines.length, table);
  }
});

Deno.test("parseMountInfo() reads where a mount is, what it is of and where that comes from", () => {
  assertEquals(
    parseMountInfo(samples.DOCKER_DESKTOP_WINDOWS)[0],
    mount({
      mountPoint: "/etc/krakend",
      root: "/Users/user/conf",
      fsType: "9p",
      source: "C:\\",
    }),
  );
});

Deno.test("parseMountInfo() takes a line without options", () => {
  assertEquals(parseMountInfo("1 0 0:1 / / rw - ext4 none"), [mount({})]);
});

Deno.test("parseMountInfo() decodes space, tab, newline, backslash, hash and the bytes of a letter", () => {
  const line = String
    .raw`1 0 0:1 /\134\0401 /a\040b\011c\012d\134040\303\251 rw - ext4 \043x rw`;
  assertEquals(parseMountInfo(line), [
    mount({
      root: "/\\ 1",
      mountPoint: "/a b\tc\nd\\040\u00e9",
      source: "#x",
    }),
  ]);
});

Deno.test("parseMountInfo() leaves alone a backslash that begins no byte", () => {
  for (const name of ["\\", "\\4", "\\04x", "\\400", "\\188", "C:\\Users"]) {
    const [found] = parseMountInfo(`1 0 0:1 / /${name} rw - tmpfs none rw`);
    assertEquals(found?.mountPoint, `/${name}`);
  }
});

Deno.test("parseMountInfo() takes white space other than the space as part of a name", () => {
  for (const space of ["\u00a0", "\u2003", "\u2028", "\ufeff", "\r", "\v"]) {
    const [found] = parseMountInfo(`1 0 0:1 / /a${space}b rw - tmpfs none rw`);
    assertEquals(found?.mountPoint, `/a${space}b`);
  }
});

Deno.test("parseMountInfo() skips a line that is no mount, and reads those around it", () => {
  const good = "1 0 0:1 / / rw - ext4 none rw";
  const bad = [
    "1 0 0:1 / /cut",
    "1 0 0:1 / /cut rw - tmpfs",
    "1 0 0:1 / /no-separator rw tmpfs none rw",
    "1 0 0:1 / not/absolute rw - tmpfs none rw",
    "x1 0 0:1 / /no-number rw - tmpfs none rw",
    "/dev/sda1 / ext4 rw,relatime 0 0",
  ];
  for (const line of bad) {
    const found = parseMountInfo(`${good}\n${line}\n${good}\n`);
    assertEquals(found, [mount({}), mount({})], line);
  }
});

Deno.test("a file that was replaced where it came from is an orphan, one called deleted is not", () => {
  const table = samples.DOCKER_DESKTOP_FILE +
    "1 0 0:1 /a/deleted /b rw - ext4 /dev/sda rw\n";
  const orphans = parseMountInfo(table).filter(({ isOrphan }) => isOrphan);
  assertEquals(orphans.map(({ root }) => root), ["/user/conf/partner.json"]);
});

Deno.test("any table of mounts is read as it was written", () => {
  const anyLine = fc.record({
    mount: samples.anyMount,
    optional: fc.subarray(["shared:1", "master:2", "unbindable"]),
    // With spaces, as 9p writes them.
    options: fc.constantFrom("rw", "rw,path=C:\\Program Files - x;uid=0", ""),
  });
  fc.assert(fc.property(fc.array(anyLine), (lines) => {
    const text = lines
      .map((line) => samples.format(line.mount, line.optional, line.options))
      .join("");
    assertEquals(parseMountInfo(text), lines.map(({ mount }) => mount));
  }));
});

Deno.test("parseMountInfo() never throws, whatever the text", () => {
  const anyField = fc.oneof(
    fc.constantFrom("1 0 0:1 / /a rw - x", "-", "\\777", "//deleted", ""),
    fc.string({ unit: "binary" }),
  );
  const anyText = fc.tuple(fc.array(anyField), fc.constantFrom(" ", "\n"))
    .map(([fields, separator]) => fields.join(separator));
  fc.assert(fc.property(anyText, (text) => {
    parseMountInfo(text);
  }));
});

Deno.test("mountOf() finds the longest mount point on the way, wherever it is listed", () => {
  const inner = mount({ mountPoint: "/etc/krakend" });
  const outer = mount({ mountPoint: "/" });
  for (const mounts of [[inner, outer], [outer, inner]]) {
    assertEquals(mountOf("/etc/krakend/krakend.json", mounts), inner);
    assertEquals(mountOf("/etc/krakend", mounts), inner);
    assertEquals(mountOf("/etc", mounts), outer);
    assertEquals(mountOf("/", mounts), outer);
  }
});

Deno.test("mountOf() goes by whole names, and finds nothing where no mount is on the way", () => {
  const mounts = [mount({ mountPoint: "/etc/kra" })];
  assertEquals(mountOf("/etc/krakend", mounts), undefined);
  assertEquals(mountOf("/etc/kra/kend", mounts), mounts[0]);
});

Deno.test("mountOf() takes the last of several mounts on one place", () => {
  const first = mount({ mountPoint: "/etc", fsType: "nfs4" });
  const last = mount({ mountPoint: "/etc", fsType: "tmpfs" });
  assertEquals(mountOf("/etc/krakend", [first, last]), last);
  assertEquals(mountOf("/etc/krakend", [last, first]), first);
});

Deno.test("eventsOf() says what the files are on if events are not to be trusted", () => {
  for (const [kind, names] of Object.entries(samples.UNTRUSTED)) {
    for (const fsType of names.split(" ")) {
      const verdict = {
        reliable: false,
        reason: `${kind} (${fsType})`,
      } as const;
      assertEquals(eventsOf(mount({ fsType })), verdict);
    }
  }
});

Deno.test("eventsOf() trusts disks of this machine, and types it does not know", () => {
  const types = "ext4 xfs btrfs zfs f2fs apfs tmpfs overlay fuseblk drvfs new";
  for (const fsType of types.split(" ")) {
    assertEquals(eventsOf(mount({ fsType })), { reliable: true }, fsType);
  }
});

Deno.test("isFileMount() knows the single files that Docker and Kubernetes mount", () => {
  const docker = parseMountInfo(samples.DOCKER);
  assert(isFileMount("/etc/resolv.conf", docker));
  assert(!isFileMount("/etc/krakend/krakend.json", docker));
  assert(!isFileMount("/etc/resolv.conf.bak", docker));
  const pod = parseMountInfo(samples.KUBERNETES);
  assert(isFileMount("/dev/termination-log", pod));
});

const isLinux = Deno.build.os === "linux";

Deno.test({
  name: "readMounts() finds the mount of the root and of the current folder",
  ignore: !isLinux,
  fn: async () => {
    const mounts = await readMounts();
    assertEquals(mountOf("/", mounts)?.mountPoint, "/");
    assertEquals(mountOf("/proc/self", mounts)?.fsType, "proc");
    assert(mountOf(Deno.cwd(), mounts));
  },
});

Deno.test({
  name: "readMounts() finds none where there is no table to read",
  permissions: { read: false },
  fn: async () => assertEquals(await readMounts(), []),
});

/** Runs shell commands that may mount: nobody else sees it, and it ends with them. */
async function inOwnNamespace(commands: string): Promise<string | undefined> {
  if (!isLinux) return undefined;
  const { success, stdout } = await new Deno.Command("unshare", {
    args: ["--mount", "sh", "-ec", commands, Deno.execPath()],
  }).output();
  return success ? new TextDecoder().decode(stdout) : undefined;
}

const mayMount = await inOwnNamespace("mount --bind /tmp /tmp")
  .then((output) => output !== undefined, () => false);

Deno.test({
  name:
    "a file mounted alone is known, and so is that its origin was replaced" +
    (mayMount ? "" : " (ignored: mounting needs root, and unshare)"),
  ignore: !mayMount,
  fn: () =>
    withFolder(async (folder) => {
      const module = import.meta.resolve("../../../lib/watch/mounts.ts");
      const at = join(folder, "at #1.json");
      const show = join(folder, "show.ts");
      await Deno.writeTextFile(at, "");
      await Deno.writeTextFile(join(folder, "origin"), "{}");
      await Deno.writeTextFile(
        show,
        `import { isFileMount, mountOf, readMounts } from "${module}";
        const at = ${JSON.stringify(at)};
        const mounts = await readMounts();
        console.log(isFileMount(at, mounts), mountOf(at, mounts).isOrphan);`,
      );
      const look = `"$0" run -A --import-map='${IMPORT_MAP}' '${show}'`;
      const output = await inOwnNamespace(`cd '${folder}'
        ${look}
        mount --bind origin '${at}'
        ${look}
        echo {} > new
        mv new origin
        ${look}`);
      assertEquals(output, "false false\ntrue false\ntrue true\n");
    }),
});
