import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const folder = join(process.cwd(), 'lib/bin')

/** What a module imports before it runs, and what those import. */
function importedFirst(file: string, seen = new Map<string, string[]>()): Map<string, string[]> {
  if (seen.has(file)) return seen
  const text = readFileSync(file, 'utf8')
  const imports = /^(?:import|export)\s+(?:[^'"();=]*?\sfrom\s+)?['"]([^'"]+)['"]/gm
  const names = [...text.matchAll(imports)].map(([, name]) => name ?? '')
  seen.set(file, names)
  for (const name of names) if (name.startsWith('.')) importedFirst(resolve(dirname(file), name), seen)
  return seen
}

test.each(['start.mjs', 'test.mjs', 'build.mjs'])('%s needs no package before it has run', (name) => {
  const imported = importedFirst(join(folder, name))
  expect(imported.size).toBeGreaterThan(3)
  const packages = [...imported].flatMap(([file, names]) =>
    names.filter((one) => !one.startsWith('.') && !one.startsWith('node:')).map((one) => `${file}: ${one}`),
  )
  expect(packages).toEqual([])
})
