import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const isSource = (name) => !/\.test\.tsx?$|\.md$|^\./.test(name)

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
    for (const child of readdirSync(path).filter(isSource).sort()) add(hash, folder, `${name}/${child}`)
    return
  }
  const bytes = readFileSync(path)
  hash.update(`${name}\0${bytes.length}\0`).update(bytes)
}
