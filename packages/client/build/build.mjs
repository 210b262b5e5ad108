// Makes the package: generates the modules that follow from the OpenAPI document, and compiles all of it with its
// declarations. `node packages/client/build/build.mjs [folder]`; the folder is `dist` of the package if left out.
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { programOptions } from '../../../lib/bin/build-entries.mjs'
import { at } from '../../../lib/bin/place.mjs'
import { runNode, Stop } from '../../../lib/bin/run.mjs'

/** Like what many bundlers and Node itself do with a package; nothing of this project's own settings. */
const compiler = [
  ...['--target', 'es2022', '--module', 'nodenext', '--lib', 'es2023,dom,dom.iterable', '--types', ''],
  ...['--strict', '--noUncheckedIndexedAccess', '--declaration', '--ignoreConfig'],
]

/** @param {string} folder Where the compiled modules go; what was there is replaced. */
export async function buildClient(folder) {
  const staging = await mkdtemp(join(tmpdir(), 'skein-client-'))
  try {
    await cp(at('packages', 'client', 'src'), staging, { recursive: true })
    await writeFile(join(staging, 'package.json'), '{ "type": "module" }')
    for (const { name, text } of await generate()) await writeFile(join(staging, name), text)
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    const places = ['--rootDir', staging, '--outDir', folder, join(staging, 'skein.ts')]
    const code = await runNode(at('node_modules', 'typescript', 'bin', 'tsc'), [...compiler, ...places])
    if (code !== 0) throw new Stop('The client does not compile.')
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** Runs the generator, which is bundled first: it imports the contracts as the server does. */
async function generate() {
  const { build, stop } = await import('esbuild')
  await mkdir(at('dist'), { recursive: true })
  const program = await mkdtemp(at('dist', 'client-generator-'))
  try {
    await build({
      ...programOptions,
      entryPoints: { generate: at('packages', 'client', 'build', 'generate.ts') },
      outdir: program,
      outExtension: { '.js': '.mjs' },
    })
    const { generatedModules } = await import(pathToFileURL(join(program, 'generate.mjs')).href)
    return generatedModules()
  } finally {
    await stop()
    await rm(program, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await buildClient(resolve(process.argv[2] ?? at('packages', 'client', 'dist')))
