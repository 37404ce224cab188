import { assertEquals } from "@std/assert";
import { describeTrouble } from "../../../lib/watch/trouble.ts";

Deno.test("the remedy for a limit is named with the trouble", () => {
  const describe = (text: string) => describeTrouble(new Error(text));
  assertEquals(
    describe("OS file watch limit reached. about [...]"),
    "No file system events (OS file watch limit reached. about [...]; raise it with " +
      "sysctl fs.inotify.max_user_watches=524288): looking at the files once a second instead",
  );
  assertEquals(
    describe("Too many open files (os error 24)").includes(
      "sysctl fs.inotify.max_user_instances=1024",
    ),
    true,
  );
  assertEquals(
    describe("out of order"),
    "No file system events (out of order): looking at the files once a second instead",
  );
});
