// From a fresh clone to a program that can run. Uses nothing that has to be installed first.
import { existsSync } from 'node:fs'
import { install } from './install.mjs'
import { checkNode } from './machine.mjs'
import { at, root } from './place.mjs'
import { bringSandbox } from './sandbox/bring-sandbox.mjs'

/**
 * Checks the machine, reads `.env` files, installs packages and what agents' commands run in, and bundles
 * programs. What is done already is skipped.
 */
export async function bootstrap({ readsEnvFiles }) {
  checkNode()
  process.chdir(root)
  process.env.NEXT_TELEMETRY_DISABLED = '1'
  // What is set already wins over both files, and `.env.local` over `.env`.
  if (readsEnvFiles)
    for (const file of ['.env.local', '.env']) if (existsSync(at(file))) process.loadEnvFile(at(file))
  await install()
  await bringSandbox()
  const { buildPrograms } = await import('./build.mjs')
  await buildPrograms()
}
