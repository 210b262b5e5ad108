import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { workflowName } from '@/lib/script/parse'
import type { App } from './app'
import type { ReadSource } from './read-source'

/** A workflow that ships with Skein: a file in the same dialect users write. */
export type BuiltIn = { fileName: string; source: string; digest: string; read: ReadSource }

/** Built-in workflows by file name. Read each time: there are few, and an edited one should show at once. */
export async function builtIns(app: App): Promise<BuiltIn[]> {
  const folder = join(app.env.installDir, 'lib', 'workflows')
  const files = (await readdir(folder)).filter((file) => file.endsWith('.js')).sort()
  return Promise.all(
    files.map(async (fileName) => {
      const source = await readFile(join(folder, fileName), 'utf8')
      const digest = app.digest(source)
      return { fileName, source, digest, read: await app.sources.read(source, digest) }
    }),
  )
}

/** The built-in workflow of a name, or of a file name without its ending. */
export async function findBuiltIn(app: App, given: string): Promise<BuiltIn | null> {
  const name = workflowName(given)
  const all = await builtIns(app)
  return (
    all.find(({ read }) => read.meta.name === name) ??
    all.find(({ fileName }) => fileName === `${name}.js`) ??
    null
  )
}
