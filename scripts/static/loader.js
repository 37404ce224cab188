// What the Deno CLI runs; its first word is the path of the bundle. As
// a module, the CLI would parse all of that twice, first to find its imports:
// that takes as long as the rest of the start.
//
// Takes away the variables that the launcher has set for the CLI, and gives back
// those that it has hidden from it. See flip_name() in environment.c: a capital
// letter was turned into a control character.
const [path, ...args] = Deno.args;
Object.defineProperty(Deno, "args", { value: args });
for (const name of VARIABLES) Deno.env.delete(name);
for (const [hidden, value] of Object.entries(Deno.env.toObject())) {
  const first = String.fromCharCode(hidden.charCodeAt(0) ^ 64);
  const name = first + hidden.slice(1);
  if (!MASKED.some((prefix) => `${name}=`.startsWith(prefix))) continue;
  Deno.env.delete(hidden);
  Deno.env.set(name, value);
}
const script = Deno.readTextFileSync(path);
// Where there are no files in memory, it has a name of its own.
if (!path.startsWith("/proc/")) Deno.removeSync(path);
// V8 parses a function in parentheses at once, others twice.
// deno-lint-ignore no-eval -- a bundle is a module without imports and exports
await (0, eval)(`(async function (META) { "use strict"; ${script} })`)({
  main: true,
  url: "file:///krakend-watch.js",
});
