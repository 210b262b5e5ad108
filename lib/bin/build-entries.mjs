// Bundles the few programs that run beside the server (threads and child processes) into dist/.
// Packages stay outside the bundles: they are found in node_modules at run time.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './place.mjs'

const entries = {
  'sandbox-worker': 'lib/script/sandbox-worker.ts',
  'untrusted-worker': 'lib/server/services/untrusted-worker.ts',
  'reader-worker': 'db/reader-worker.ts',
  simulator: 'lib/simulator/main.ts',
  'check-env': 'lib/server/http/check-env.ts',
}

export async function buildEntries(outdir = join(root, 'dist')) {
  const { build, stop } = await import('esbuild')
  const present = Object.entries(entries).filter(([, file]) => existsSync(join(root, file)))
  await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(present.map(([name, file]) => [name, join(root, file)])),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    packages: 'external',
    alias: { '@': root },
    logLevel: 'warning',
  })
  // Else its child process stays as long as ours, which may serve for weeks.
  await stop()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildEntries()
