/**
 * Images, built by buildah into a storage of their own.
 *
 * @module
 */

import { exists } from "@std/fs";
import { join } from "@std/path";
import { ROOT } from "../../scripts/paths.ts";
import { mustRun } from "./tools.ts";

/** What an image says about how to run it. */
export interface ImageConfig {
  readonly User: string;
  readonly WorkingDir: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Healthcheck?: unknown;
}

/** An image, and its files in a folder. */
export interface Image {
  readonly config: ImageConfig;
  /** The path of the folder with its files. */
  readonly root: string;
}

/** What KrakenD's image is like, on musl. */
const BASE = `FROM scratch
ADD musl/ /
ADD krakend /usr/bin/krakend
RUN ["/bin/busybox", "--install", "-s", "/bin"]
RUN mkdir -p /etc/krakend /tmp /proc /dev && chmod 1777 /tmp && \\
  echo 'krakend:x:1000:1000::/home/krakend:/sbin/nologin' > /etc/passwd
USER 1000
WORKDIR /etc/krakend
ENTRYPOINT ["/usr/bin/krakend"]
CMD ["run", "-c", "/etc/krakend/krakend.json"]
`;

/** Builds images in a folder; disposing of it takes them away. */
export class Workshop implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  static async open(): Promise<Workshop> {
    const folder = await Deno.makeTempDir({ prefix: "krakend-watch-image-" });
    return new Workshop(folder);
  }

  /** Builds an image like KrakenD's, of musl and a gateway. */
  async buildBase(musl: string, gateway: string): Promise<void> {
    const context = join(this.folder, "base");
    await Deno.mkdir(context);
    await mustRun(["cp", "-a", musl, join(context, "musl")]);
    await Deno.copyFile(gateway, join(context, "krakend"));
    await Deno.writeTextFile(join(context, "Dockerfile"), BASE);
    await this.#buildah("build", "-t", "krakend:base", context);
  }

  /** Builds Dockerfile.alpine on top of the base, with the files of a build. */
  async build(dist: string): Promise<Image> {
    const context = join(this.folder, "context");
    await Deno.mkdir(context);
    await mustRun(["cp", "-a", dist, join(context, "dist")]);
    for (const name of ["Dockerfile.alpine", ".dockerignore"]) {
      await Deno.copyFile(join(ROOT, name), join(context, name));
    }
    const base = "--build-arg=KRAKEND=localhost/krakend:base";
    const file = `--file=${join(context, "Dockerfile.alpine")}`;
    await this.#buildah("build", base, file, "-t", "krakend-watch", context);
    const about = JSON.parse(
      await this.#buildah("inspect", "--type", "image", "krakend-watch"),
    );
    const name = await this.#buildah("from", "--pull-never", "krakend-watch");
    return {
      config: about.Docker.config,
      root: await this.#buildah("mount", name),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const isUsed = await exists(join(this.folder, "storage"));
    if (isUsed) await this.#buildah("umount", "--all");
    await Deno.remove(this.folder, { recursive: true });
  }

  async #buildah(command: string, ...args: readonly string[]): Promise<string> {
    const storage = [
      "--storage-driver=vfs",
      `--root=${join(this.folder, "storage")}`,
      `--runroot=${join(this.folder, "run")}`,
    ];
    const isolation = command === "build" ? ["--isolation=chroot"] : [];
    const words = ["buildah", ...storage, command, ...isolation, ...args];
    return (await mustRun(words)).trim();
  }
}
