import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'

const entrySchema = z.object({
  version: z.string().optional(),
  resolved: z.string().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
})
const lockSchema = z.object({ packages: z.record(z.string(), entrySchema) })
const { packages } = lockSchema.parse(
  JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')),
)

/** Packages whose compiled parts come as one optional dependency a platform. */
const parents = [
  'next',
  '@tailwindcss/oxide',
  'lightningcss',
  '@biomejs/biome',
  'esbuild',
  'rolldown',
  'sharp',
]

test('the lockfile holds no download addresses', () => {
  const addressed = Object.entries(packages).filter(([, entry]) => entry.resolved !== undefined)
  expect(addressed.map(([path]) => path)).toEqual([])
})

test.each(parents)('every platform part of %s is locked', (name) => {
  const copies = Object.entries(packages).filter(([path]) => path.endsWith(`node_modules/${name}`))
  expect(copies.length).toBeGreaterThan(0)
  for (const [path, { optionalDependencies = {} }] of copies) {
    expect(Object.keys(optionalDependencies).length, path).toBeGreaterThan(0)
    for (const [part, version] of Object.entries(optionalDependencies)) {
      const found = lockedFor(path, part)
      expect(found?.version, `${part} for ${path}`).toBeDefined()
      // An exact wish must be met exactly, or another platform installs a part of another version.
      if (/^\d/.test(version)) expect(found?.version, `${part} for ${path}`).toBe(version)
    }
  }
})

/** The copy Node would find from a package's folder: its own first, then those of the folders above. */
function lockedFor(path: string, name: string) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const found = packages[`${folder === '' ? '' : `${folder}/`}node_modules/${name}`]
    if (found !== undefined || folder === '') return found
    if (!folder.includes('/node_modules/')) folder = ''
  }
}
