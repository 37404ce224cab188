/**
 * Repeats a command that looks at the configuration, such as `krakend check`,
 * whenever that changes.
 *
 * @module
 */

import { stripAnsiCode } from "@std/fmt/colors";
import { Control } from "./control.ts";
import { formatDuration } from "./duration.ts";
import { type CheckResult, gate } from "./gate.ts";
import { compiledFileIn, readConfig } from "./krakend/config.ts";
import { explain } from "./krakend/explain.ts";
import { readNamedInputs } from "./krakend/flexible.ts";
import { runCommand } from "./krakend/run_command.ts";
import { NamedInputs, watchInputs } from "./named_inputs.ts";
import type { Service } from "./prepare.ts";
import { PendingRequests, type Request } from "./requests.ts";
import { withoutSecrets } from "./secrets.ts";
import type { Setting } from "./serve.ts";
import { Status } from "./tell/status.ts";
import { Title } from "./terminal/title.ts";
import type { Watcher } from "./watch/watcher.ts";

/** Options for {@linkcode repeat}. */
export interface RepeatOptions extends Setting {
  /** Writes what the command says. */
  readonly print: (text: string) => void;
}

/** What a command said that succeeded. */
interface Answer {
  readonly output: string;
}

/** Repeats a command until a signal says stop. */
export async function repeat(
  service: Service,
  { options, report, signals, temporary, print }: RepeatOptions,
): Promise<number> {
  const stop = new AbortController();
  const { signal } = stop;
  const watcher = watchInputs(service, { report, temporary, signal });
  const requests = new PendingRequests();
  using title = options.status ? new Title() : undefined;
  const status = new Status((text) => title?.show(text));
  function obey(request: Request): void {
    // There is no gateway: to restart is to check again.
    if (request === "restart" || request === "check") requests.add("restart");
    else stop.abort();
  }
  using _ = new Control(obey, { signals, report, title });
  const { program, args } = service.process;
  const command = [program, ...args];
  const name = args[0] ?? "check";
  const run = commandRunner(service, { watcher, temporary });
  const verdicts = gate(watcher, {
    check: (signal) => status.check(run(signal)),
    look: () => watcher.look(),
    isServing: () => true,
    settleMs: options.settleMs,
    noticesTruncation: () => false,
    requests,
  });
  for await (const verdict of verdicts) {
    if (stop.signal.aborted) break;
    switch (verdict.kind) {
      case "approved":
      case "checked":
        status.set("passed");
        print(verdict.value.output);
        report.info(`${name} passed (${formatDuration(verdict.tookMs)})`, {
          event: "passed",
          command,
          took_ms: verdict.tookMs,
        });
        break;
      case "rejected":
        status.set("failed");
        print(verdict.message);
        report.error(`${name} failed`, {
          event: "failed",
          command,
          ...verdict.place,
        });
        break;
      case "reverted":
        status.set("passed");
        report.info(`${name} passed, the files are as they were`, {
          event: "passed",
          command,
        });
        break;
    }
  }
  return 0;
}

/** Runs the command once, and finds out which files it depends on. */
function commandRunner(
  service: Service,
  { watcher, temporary }: { watcher: Watcher; temporary: string },
) {
  const { process: { program, args }, configFile, configPath, cwd, env } =
    service;
  const compiledFile = compiledFileIn(temporary, env);
  const spec = { program, args, cwd, env, compiledFile };
  const inputs = new NamedInputs(service, watcher);
  let accepted = service.named;
  const isOfPlugins = service.plugins.length > 0;
  return async (signal: AbortSignal): Promise<CheckResult<Answer>> => {
    await Deno.remove(compiledFile).catch(() => {});
    const answer = await runCommand(spec, signal);
    if (signal.aborted) return { ok: false, message: "" };
    const config = isOfPlugins ? undefined : await readConfig({
      configFile: configPath,
      compiledFile,
      env,
    });
    const named = config === undefined
      ? accepted
      : await readNamedInputs(config, { configFile, cwd, env });
    const output = withoutSecrets(stripAnsiCode(answer.output).trim())
      .replaceAll(compiledFile, configFile);
    if (answer.code === 0) {
      accepted = named;
      await inputs.follow(named);
      return { ok: true, value: { output } };
    }
    await inputs.follow([...accepted, ...named]);
    const found = isOfPlugins
      ? undefined
      : await explain(answer.output, { configFile, cwd, env, compiledFile });
    return found
      ? { ok: false, message: `${found.text}\n${output}`, place: found.place }
      : { ok: false, message: output };
  };
}
