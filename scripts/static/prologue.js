// Put before a bundle that the Deno CLI runs: takes away the settings that the
// launcher has made for the CLI, and gives back the variables that it has
// hidden from it. See payload.c and environment.c: a capital letter was turned
// into a control character.
{
  for (const name of SETTINGS) Deno.env.delete(name);
  for (const [name, value] of Object.entries(Deno.env.toObject())) {
    const code = name.charCodeAt(0);
    if (code > 26) continue;
    Deno.env.delete(name);
    Deno.env.set(String.fromCharCode(code + 64) + name.slice(1), value);
  }
  // Where there is no /proc, the bundle is a file.
  const path = import.meta.filename;
  if (path && !path.startsWith("/proc/")) Deno.removeSync(path);
}
