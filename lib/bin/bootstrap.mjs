// From a fresh clone to a program that can run. Uses nothing that has to be installed first.
import { existsSync } from 'node:fs'
import { installMissing, prepareDatabase } from './install.mjs'
import { checkNode } from './machine.mjs'
import { at, root } from './place.mjs'
import { bringSandbox } from './sandbox/bring-sandbox.mjs'

/**
 * Checks the machine, reads `.env` files, installs packages and what agents' commands run in, and bundles
 * programs. What is done already is skipped.
 */
export async function bootstrap({ readsEnvFiles }) {
  await bringPackages({ readsEnvFiles })
  await bringRest()
}

/** The first half: after it, whatever only reads the sources can run. */
export async function bringPackages({ readsEnvFiles }) {
  checkNode()
  process.chdir(root)
  process.env.NEXT_TELEMETRY_DISABLED = '1'
  // What is set already wins over both files, and `.env.local` over `.env`.
  if (readsEnvFiles)
    for (const file of ['.env.local', '.env']) if (existsSync(at(file))) process.loadEnvFile(at(file))
  await installMissing()
}

/** The second half: after it, all of it can. */
export async function bringRest() {
  await prepareDatabase()
  await bringSandbox()
  const { buildPrograms } = await import('./build.mjs')
  await buildPrograms()
}
