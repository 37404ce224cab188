// Put before a bundle that the Deno CLI runs: takes away the variables that the
// launcher has set for the CLI, and gives back the variables that it has
// hidden from it. See flip_name() in environment.c: a capital letter was turned
// into a control character.
{
  for (const name of VARIABLES) Deno.env.delete(name);
  for (const [hidden, value] of Object.entries(Deno.env.toObject())) {
    const first = String.fromCharCode(hidden.charCodeAt(0) ^ 64);
    const name = first + hidden.slice(1);
    if (!MASKED.some((prefix) => `${name}=`.startsWith(prefix))) continue;
    Deno.env.delete(hidden);
    Deno.env.set(name, value);
  }
  // Where there are no files in memory, the bundle has a name of its own.
  const path = import.meta.filename;
  if (path && !path.startsWith("/proc/")) Deno.removeSync(path);
}
