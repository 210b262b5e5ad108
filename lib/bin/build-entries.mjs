// Bundles the few programs that run beside the server (threads and child processes) into dist/. Packages are
// bundled with them: a program that reads hundreds of small files starts a third of a second later.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './place.mjs'

const entries = {
  'sandbox-worker': 'lib/script/sandbox-worker.ts',
  'untrusted-worker': 'lib/server/services/untrusted-worker.ts',
  'document-worker': 'lib/server/services/documents/document-worker.ts',
  'import-worker': 'lib/imports/import-worker.ts',
  'cost-reader-thread': 'db/cost-reader-thread.ts',
  simulator: 'lib/simulator/main.ts',
  'folder-reader': 'lib/server/app/reading/reader-program.ts',
  'folder-look': 'lib/server/app/folder-look-program.ts',
  'process-starter': 'lib/processes/starter-program.ts',
  'sandbox-runtime': 'lib/sandbox/runtime/launcher.ts',
  'check-env': 'lib/server/http/check-env.ts',
  'back-up': 'lib/server/backup/main.ts',
  doctor: 'lib/server/doctor/main.ts',
}

/**
 * Packages found in node_modules at run time: native code, WebAssembly beside its loader, and the request
 * clients.
 */
const outside = ['better-sqlite3', 'quickjs-emscripten', '@anthropic-ai/sdk', 'undici']

/** How a program is bundled that Node starts by itself. */
export const programOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: outside,
  // Older packages ask for Node's own modules by `require`, which a module has to be given.
  banner: {
    js: "import { createRequire as requireFor } from 'node:module'; const require = requireFor(import.meta.url)",
  },
  alias: { '@': root },
  logLevel: 'warning',
}

export async function buildEntries(outdir = join(root, 'dist')) {
  const { build, stop } = await import('esbuild')
  const present = Object.entries(entries).filter(([, file]) => existsSync(join(root, file)))
  await build({
    ...programOptions,
    entryPoints: Object.fromEntries(present.map(([name, file]) => [name, join(root, file)])),
    outdir,
    outExtension: { '.js': '.mjs' },
  })
  await build({
    absWorkingDir: root,
    entryPoints: { prelude: join(root, 'lib/script/prelude/main.ts') },
    outdir,
    bundle: true,
    // Every script waits until it is read. Scripts see its functions, so those keep their names.
    minifyWhitespace: true,
    platform: 'neutral',
    target: 'es2022',
    // One function is all there is: another around its modules makes the small engine a millisecond slower.
    format: 'esm',
    banner: { js: '(function (host, provide) { "use strict";' },
    footer: { js: '})' },
    alias: { '@': root },
    logLevel: 'warning',
  })
  // What pages parse with: the bundler of the pages keeps all of a package's module that one export is wanted of.
  await build({
    absWorkingDir: root,
    entryPoints: { 'small-zod': join(root, 'lib/client/http/small-zod.mjs') },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    legalComments: 'none',
    platform: 'browser',
    target: 'es2022',
    format: 'esm',
    logLevel: 'warning',
  })
  // Else its child process stays as long as ours, which may serve for weeks.
  await stop()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildEntries()
