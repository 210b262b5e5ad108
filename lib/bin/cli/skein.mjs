#!/usr/bin/env node
// `skein`: launches and follows runs of a server that is running, from a terminal or a pipeline.
import { CliError } from './ask.mjs'
import { runCommand } from './commands.mjs'

try {
  process.exitCode = await runCommand(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof CliError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = error.code
}
