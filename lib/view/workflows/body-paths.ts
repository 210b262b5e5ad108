import type { Json } from '@/lib/core/base/json'

/** Paths that are offered, and items of a list of which they are. */
const MOST_PATHS = 200
const MOST_ITEMS = 1

/**
 * The paths of a body under which something stands that is no object, as a mapping of a trigger names them; of a list
 * its first item. Paths through names with a dot are none.
 */
export function bodyPaths(body: Json): string[] {
  const paths: string[] = []
  const open: { path: string; part: Json }[] = [{ path: '', part: body }]
  for (let next = open.shift(); next !== undefined && paths.length < MOST_PATHS; next = open.shift()) {
    const { path, part } = next
    if (typeof part !== 'object' || part === null) {
      if (path !== '') paths.push(path)
      continue
    }
    const items: [string, Json][] = Array.isArray(part)
      ? part.slice(0, MOST_ITEMS).map((item, at) => [String(at), item])
      : Object.entries(part)
    for (const [name, inner] of items)
      if (name !== '' && !name.includes('.'))
        open.push({ path: path === '' ? name : `${path}.${name}`, part: inner })
  }
  return paths
}
