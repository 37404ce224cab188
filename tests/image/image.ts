/**
 * Images, built by buildah into a storage of their own.
 *
 * @module
 */

import { exists } from "@std/fs";
import { join } from "@std/path";
import { ROOT } from "../../scripts/paths.ts";
import { runTool } from "../../scripts/static/tool.ts";
import { mustRun } from "../helpers/tools.ts";

/** How an image wants to be run. */
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

/** An image like KrakenD's, on musl. */
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

/** An image like Debian's; here, the certificates of this machine may be needed. */
const DEBIAN = `FROM scratch
ADD debian.tar /
ADD ca.crt /etc/ssl/certs/ca.crt
ENV DENO_CERT=/etc/ssl/certs/ca.crt
`;

/** An image like Deno's with nothing but its program. */
const DENO = `FROM scratch
ADD deno /deno
`;

/** Where the certificates of this machine are. */
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** Builds images in a folder; disposing of it removes them. */
export class Workshop implements AsyncDisposable {
  #driver: "overlay" | "vfs" = "overlay";

  private constructor(readonly folder: string) {}

  static async open(): Promise<Workshop> {
    const folder = await Deno.makeTempDir({ prefix: "krakend-watch-image-" });
    return new Workshop(folder);
  }

  /** Builds the images that Dockerfile.alpine begins with. */
  async buildBases(
    { musl, gateway, debian }: {
      musl: string;
      gateway: string;
      debian: string;
    },
  ): Promise<void> {
    // Where the folder is an overlay itself, there can be no other on it.
    const info = await runTool(this.#command("info"));
    if (!info.success) this.#driver = "vfs";
    const context = join(this.folder, "krakend");
    await Deno.mkdir(context);
    await mustRun(["cp", "-a", musl, join(context, "musl")]);
    const hasCertificates = await exists(CERTIFICATES);
    await this.#buildBase("krakend", BASE, { krakend: gateway });
    await this.#buildBase("deno", DENO, { deno: Deno.execPath() });
    await this.#buildBase("debian", DEBIAN, {
      "debian.tar": debian,
      "ca.crt": hasCertificates ? CERTIFICATES : "/dev/null",
    });
  }

  async #buildBase(
    name: string,
    dockerfile: string,
    files: Readonly<Record<string, string>>,
  ): Promise<void> {
    const context = join(this.folder, name);
    await Deno.mkdir(context, { recursive: true });
    for (const [file, path] of Object.entries(files)) {
      await Deno.copyFile(path, join(context, file));
    }
    await Deno.writeTextFile(join(context, "Dockerfile"), dockerfile);
    await this.#buildah("build", "-t", name, context);
  }

  /**
   * Builds a stage of Dockerfile.alpine from this checkout.
   *
   * @param target The stage.
   * @param files The folder of an earlier build that takes the place of the stage `files`.
   * @returns The path of the folder with its files.
   */
  async buildFiles(target: string, files?: string): Promise<string> {
    const output = join(this.folder, target);
    const args = ["--target", target, "--output", output];
    await this.#buildah("build", ...this.#arguments(files), ...args, ROOT);
    return output;
  }

  /** Builds the image as a release does: with the files of a build. */
  build(files: string): Promise<Image> {
    return this.#buildImage(ROOT, this.#arguments(files));
  }

  /** Builds the image from a checkout, as its users do. */
  buildFrom(checkout: string): Promise<Image> {
    return this.#buildImage(checkout, this.#arguments());
  }

  async #buildImage(
    context: string,
    args: readonly string[],
  ): Promise<Image> {
    await this.#buildah("build", ...args, "-t", "krakend-watch", context);
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

  #arguments(files?: string): string[] {
    const bases = { KRAKEND: "krakend", DEBIAN: "debian", DENO: "deno" };
    return [
      ...["--file", join(ROOT, "Dockerfile.alpine")],
      ...Object.entries(bases).map(([name, image]) =>
        `--build-arg=${name}=localhost/${image}`
      ),
      ...(files === undefined ? [] : ["--build-context", `files=${files}`]),
    ];
  }

  async #buildah(command: string, ...args: readonly string[]): Promise<string> {
    const isolation = command === "build" ? ["--isolation=chroot"] : [];
    return (await mustRun(this.#command(command, ...isolation, ...args)))
      .trim();
  }

  #command(command: string, ...args: readonly string[]): string[] {
    const storage = [
      `--storage-driver=${this.#driver}`,
      `--root=${join(this.folder, "storage")}`,
      `--runroot=${join(this.folder, "run")}`,
    ];
    return ["buildah", ...storage, command, ...args];
  }
}
