// Builds what is served: the bundled threads and child processes, and Next's production build.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { digestOf } from './build/digest.mjs'
import { markModulesEager } from './build/eager-modules.mjs'
import { minifyChunks, shareChunks } from './build/shared-chunks.mjs'
import { buildEntries } from './build-entries.mjs'
import { at, root } from './place.mjs'
import { announced, conclude, runNode, Stop } from './run.mjs'

const serverSources = ['db', 'lib', 'package-lock.json']
const pageSources = [
  'app',
  'components',
  'docs',
  'public',
  'instrumentation.ts',
  'instrumentation-client.ts',
  'proxy.ts',
  'next.config.js',
  'postcss.config.mjs',
  'tsconfig.json',
]

/** Bundles the programs that run beside the server, unless they are already those of these sources. */
export async function buildPrograms() {
  await fresh(at('dist'), digestOf(root, serverSources), () =>
    announced('Bundling the programs that run beside the server', 'a second', () => buildEntries()),
  )
}

/** Builds the pages for production, unless the build there is already that of these sources. */
export async function buildPages() {
  const folder = at(process.env.SKEIN_NEXT_DIR ?? '.next')
  await fresh(folder, digestOf(root, [...serverSources, ...pageSources]), () =>
    announced('Building the pages', 'about two minutes, once per version', async () => {
      const env = { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
      const code = await runNode(at('node_modules', 'next', 'dist', 'bin', 'next'), ['build'], { env })
      if (code !== 0) throw new Stop('The pages could not be built. The message of `next build` is above.')
      shareChunks(join(folder, 'server'))
      await minifyChunks(join(folder, 'server'))
      await markModulesEager(join(folder, 'static'))
    }),
  )
}

/** Does the work unless `folder` bears the stamp of these sources; stamps it only when the work was done. */
async function fresh(folder, digest, work) {
  const stamp = join(folder, 'skein-sources')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  await work()
  writeFileSync(stamp, digest)
}

/** Everything that `npm start` would build, so that it finds all done. */
async function buildAll() {
  await buildPrograms()
  await buildPages()
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await conclude(buildAll)
