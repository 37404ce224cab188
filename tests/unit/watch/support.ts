/**
 * Folders for the tests of the watcher.
 *
 * @module
 */

import { dirname, join } from "@std/path";

/** A folder for a test, by its real path. */
export class Folder implements AsyncDisposable {
  private constructor(readonly path: string) {}

  static async make(): Promise<Folder> {
    const path = await Deno.makeTempDir({ prefix: "krakend-watch-test-" });
    return new Folder(await Deno.realPath(path));
  }

  at(name: string): string {
    return join(this.path, name);
  }

  /** Writes a file, and makes the folders on the way to it. Returns its path. */
  write(name: string, text = "{}"): string {
    const path = this.at(name);
    Deno.mkdirSync(dirname(path), { recursive: true });
    Deno.writeTextFileSync(path, text);
    return path;
  }

  /** Replaces a file as most editors do. */
  replace(name: string, text: string): void {
    Deno.renameSync(this.write(`${name}.new`, text), this.at(name));
  }

  /** Sets a link, in the place of another one if there is one. Returns its path. */
  link(name: string, target: string): string {
    Deno.symlinkSync(target, this.at(`${name}.new`));
    Deno.renameSync(this.at(`${name}.new`), this.at(name));
    return this.at(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }
}

/** No descriptor is left for files and folders, until it is disposed of. */
export class Shortage implements Disposable {
  readonly #genuine = {
    readFileSync: Deno.readFileSync,
    readDirSync: Deno.readDirSync,
  };

  /** How often something was to be read. */
  calls = 0;

  constructor() {
    const fail = () => {
      this.calls++;
      const text = `Too many open files (os error 24): call ${this.calls}`;
      throw Object.assign(new Error(text), { code: "EMFILE" });
    };
    Object.assign(Deno, { readFileSync: fail, readDirSync: fail });
  }

  [Symbol.dispose](): void {
    Object.assign(Deno, this.#genuine);
  }
}
