/**
 * Completions for PowerShell, from 5.1 (Windows) on.
 *
 * @module
 */

import type { CommandSpec, OptionSpec } from "../option_spec.ts";
import {
  type CommandLine,
  spellingsOf,
  takesNextWord,
  valuesOf,
} from "./command_line.ts";

/** The script that teaches PowerShell. Where it offers nothing, PowerShell offers files. */
export function powershellCompletions(
  { options, commands }: CommandLine,
): string {
  return `# PowerShell completion for krakend-watch
Register-ArgumentCompleter -Native -CommandName krakend-watch, krakend-watch.exe -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $options = @(
${options.map((spec) => `        ${hashOf(spec)}`).join("\n")}
    )
    $commands = @(
${commands.map((command) => `        ${hashOfCommand(command)}`).join("\n")}
    )

    $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.ToString() })
    $command = $null
    $pending = $null
    $isNamed = $false
    foreach ($word in $before) {
        if ($pending) { $pending = $null; continue }
        $option = $options | Where-Object { $_.Names -ccontains $word }
        if ($option -and -not $isNamed) {
            if ($option.TakesNext) { $pending = $option }
        } elseif ($word -ceq 'krakend') {
            $isNamed = $true
        } elseif ($word -ceq '--' -or -not $word.StartsWith('-')) {
            $command = $word
            break
        }
    }

    $prefix = ''
    $found = if ($pending) {
        $pending.Values | ForEach-Object { @{ Text = $_; Help = $_ } }
    } elseif ($command) {
        if ($wordToComplete.StartsWith('-')) {
            ($commands | Where-Object { $_.Text -ceq $command }).Options |
                ForEach-Object { $flag = $_; $flag.Names | ForEach-Object { @{ Text = $_; Help = $flag.Help } } }
        }
    } elseif ($wordToComplete -cmatch '^(--[a-z-]+)=') {
        $name = $Matches[1]
        $prefix = "$name="
        ($options | Where-Object { $_.Names -ccontains $name }).Values |
            ForEach-Object { @{ Text = $_; Help = $_ } }
    } elseif ($wordToComplete.StartsWith('-') -and -not $isNamed) {
        $options | ForEach-Object { $option = $_; $option.Names | ForEach-Object { @{ Text = $_; Help = $option.Help } } }
    } else {
        $commands
    }
    $found | Where-Object { $_ -and "$prefix$($_.Text)".StartsWith($wordToComplete) } | ForEach-Object {
        [System.Management.Automation.CompletionResult]::new("$prefix$($_.Text)", $_.Text, 'ParameterValue', $_.Help)
    }
}`;
}

function hashOf(spec: OptionSpec): string {
  const values = valuesOf(spec);
  const words = values.kind === "words" ? values.words : [];
  const takesNext = takesNextWord(spec) ? "$true" : "$false";
  return `@{ Names = ${list(spellingsOf(spec))}; TakesNext = ${takesNext}; ` +
    `Values = ${list(words)}; Help = ${quote(spec.help)} }`;
}

function hashOfCommand({ name, help, options }: CommandSpec): string {
  const flags = options.map((spec) =>
    `@{ Names = ${list(spellingsOf(spec))}; Help = ${quote(spec.help)} }`
  );
  return `@{ Text = ${quote(name)}; Help = ${quote(help)}; ` +
    `Options = @(${flags.join(", ")}) }`;
}

function list(words: readonly string[]): string {
  return `@(${words.map(quote).join(", ")})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
