import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { keptPlaces } from './hidden-paths'
import { openWorkspace } from './workspace'

function folder(files: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'skein-hidden-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const path of files) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), 'x')
  }
  return root
}

test('places that are kept from agents are found, ignored ones too, and links are not followed', async () => {
  const root = folder([
    'a.txt',
    '.env',
    'deep/er/.env.local',
    '.ssh/id_rsa',
    '.git/config',
    'sub/.git/HEAD',
    'node_modules/p/.env',
  ])
  writeFileSync(join(root, '.gitignore'), '.env*\n')
  symlinkSync('/', join(root, 'out'))
  const { keptBack } = await openWorkspace({ path: root, roots: [root] })
  const found = (await keptPlaces(root, keptBack)).map(({ path, kind }) => `${kind} ${path}`)
  expect(found.sort()).toEqual([
    'file .env',
    'file deep/er/.env.local',
    'folder .git',
    'folder .ssh',
    'folder sub/.git',
  ])
})

test('where there are too many to name, nothing is shown at all', async () => {
  const root = folder(Array.from({ length: 1_100 }, (_, at) => `f${at}/.env`))
  const { keptBack } = await openWorkspace({ path: root, roots: [root] })
  await expect(keptPlaces(root, keptBack)).rejects.toThrow(/too large to be sure/)
})
