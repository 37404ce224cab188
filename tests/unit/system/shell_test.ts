import { assertEquals } from "@std/assert";
import { shellFor } from "../../../lib/system/shell.ts";

Deno.test("a command is run by sh, its output joined to standard error", () => {
  for (const os of ["linux", "darwin", "freebsd"] as const) {
    assertEquals(shellFor("echo $A # b", os), {
      program: "/bin/sh",
      args: ["-c", "exec 1>&2\necho $A # b"],
    });
  }
});

Deno.test("on Windows, a command is run by cmd, which gets it as it is written", () => {
  assertEquals(shellFor('echo "a b" & dir', "windows"), {
    program: "cmd.exe",
    args: ["/d", "/s", "/c", '"(echo "a b" & dir) 1>&2"'],
    windowsRawArguments: true,
  });
});
