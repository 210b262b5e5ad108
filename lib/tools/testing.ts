import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { createForeign, type Foreign } from './foreign'

/** Bundles the foreign worker into a folder of its own, as the build does for `dist`. */
export async function buildForeignWorker(): Promise<{ entry: string; remove(): Promise<void> }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'foreign-')))
  const entry = join(folder, 'foreign-worker.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('./foreign-worker.ts', import.meta.url))],
    outfile: entry,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Ajv is CommonJS and requires modules of Node.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'error',
  })
  return { entry, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** A pool on a worker built for one test file; `close` ends and removes both. */
export async function openForeign(timeoutMs: number): Promise<Foreign> {
  const worker = await buildForeignWorker()
  const foreign = createForeign({ entry: worker.entry, timeoutMs })
  return {
    ...foreign,
    async close() {
      await foreign.close()
      await worker.remove()
    },
  }
}
