/**
 * Preloaded into krakend-watch: a function of the runtime that throws while a
 * file exists, to find out what a fault of ours does to the gateway.
 *
 * `FAULT` names the function, such as `Deno.statSync`, and `FAULT_WHILE` the
 * file. Each fault adds a byte to that file.
 *
 * @module
 */

type Owner = Record<string, unknown>;

const { lstatSync, writeTextFileSync } = Deno;
const path = Deno.env.get("FAULT_WHILE") ?? "";

function throwIfWanted(): void {
  try {
    lstatSync(path);
  } catch {
    return;
  }
  writeTextFileSync(path, "!", { append: true });
  throw new Error("a fault of the test");
}

const names = Deno.env.get("FAULT")?.split(".") ?? [];
const name = names.pop() ?? "";
const owner = names.reduce(
  (value, name) => value[name] as Owner,
  globalThis as unknown as Owner,
);
owner[name] = new Proxy(owner[name] as new () => Owner, {
  apply(target, self, args) {
    throwIfWanted();
    return Reflect.apply(target, self, args);
  },
  construct(target, args, newTarget) {
    throwIfWanted();
    return Reflect.construct(target, args, newTarget);
  },
});
