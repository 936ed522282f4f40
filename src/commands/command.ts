// What the programs beside the service have in common: lines to the terminal, and an exit code.
import { ConfigError } from '../config.js'

/**
 * Runs a command with its arguments and prints the lines that it returns; an error is printed in one line (a mistake in the settings in one each) and
 * ends with exit code 1.
 */
export async function runCommand (command: (args: readonly string[]) => Promise<readonly string[]>): Promise<void> {
  try {
    const lines = await command(process.argv.slice(2))
    lines.forEach(line => process.stdout.write(`${line}\n`))
  } catch (error) {
    const lines = error instanceof ConfigError ? error.lines : [(error as Error).message]
    lines.forEach(line => process.stderr.write(`${line}\n`))
    process.exitCode = 1
  }
}
