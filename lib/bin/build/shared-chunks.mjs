// The bundler gives every route its own copy of the server's code: dozens of chunks that differ in nothing
// but the name of their source map. Left alone, Node would compile each of them when the server starts.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const mapComment = /\n\/\/# sourceMappingURL=[^\n]*\s*$/

/**
 * Keeps one of the chunks of equal content below a build's `server` folder, has every file there ask for that
 * one, and removes the others with their source maps. Gives how many were removed and their bytes.
 */
export function shareChunks(serverFolder) {
  const kept = new Map()
  /** Names of removed chunks, each with the name of the one that is kept. */
  const names = new Map()
  let bytes = 0
  for (const folder of ['chunks', 'chunks/ssr'].map((name) => join(serverFolder, name))) {
    for (const name of scriptsIn(folder)) {
      const text = readFileSync(join(folder, name), 'utf8')
      const digest = createHash('sha256').update(folder).update(text.replace(mapComment, '')).digest('hex')
      const first = kept.get(digest)
      if (first === undefined) {
        kept.set(digest, name)
        continue
      }
      names.set(name, first)
      bytes += Buffer.byteLength(text)
      for (const gone of [name, `${name}.map`]) rmSync(join(folder, gone), { force: true })
    }
  }
  if (names.size > 0) for (const path of allScripts(serverFolder)) rename(path, names)
  return { removed: names.size, bytes }
}

/**
 * Makes the chunks below a build's `server` folder as small as the bundler would, once they are shared: it would
 * have minified every copy. Rejects on one that is no JavaScript.
 */
export async function minifyChunks(serverFolder) {
  const { transform, stop } = await import('esbuild')
  const options = { minify: true, legalComments: 'none', logLevel: 'silent', target: 'node20' }
  const minify = async (path) => {
    const { code } = await transform(readFileSync(path, 'utf8').replace(mapComment, ''), options)
    writeFileSync(path, code)
  }
  await Promise.all(
    ['chunks', 'chunks/ssr'].flatMap((name) => {
      const folder = join(serverFolder, name)
      return scriptsIn(folder).map((script) => minify(join(folder, script)))
    }),
  )
  // Else its child process stays as long as ours, which may go on to serve for weeks.
  await stop()
}

function rename(path, names) {
  const text = readFileSync(path, 'utf8')
  const renamed = text.replace(/[^"'/\n]+\.js(?=["'])/g, (name) => names.get(name) ?? name)
  if (renamed !== text) writeFileSync(path, renamed)
}

function scriptsIn(folder) {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .sort()
}

function allScripts(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name))
}
