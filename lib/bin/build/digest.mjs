import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** Tests and papers are no sources, but those papers that are served: the pages of `docs`. */
const isSource = (name, folder) =>
  !/\.test\.tsx?$|^\./.test(name) && (folder === 'docs' || !name.endsWith('.md'))

export function digestOf(folder, names) {
  const hash = createHash('sha256')
  for (const name of [...names].sort()) add(hash, folder, name)
  return hash.digest('hex')
}

function add(hash, folder, name) {
  const path = join(folder, name)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return
  if (stat.isDirectory()) {
    const children = readdirSync(path).filter((child) => isSource(child, name))
    for (const child of children.sort()) add(hash, folder, `${name}/${child}`)
    return
  }
  const bytes = readFileSync(path)
  hash.update(`${name}\0${bytes.length}\0`).update(bytes)
}
