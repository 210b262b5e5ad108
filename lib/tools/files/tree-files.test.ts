import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noPermissions } from '@/lib/core/spec/permissions'
import { processesHere } from '@/lib/processes/here'
import { createFileStores } from '@/lib/revisions/file-stores'
import { storeFolder } from '@/lib/revisions/store-folder'
import { type OpenUntrustedRunner, openUntrustedRunner } from '../testing'
import { createToolBox } from '../toolbox'

let place = ''
let untrusted: OpenUntrustedRunner
beforeAll(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'tree-files-')))
  untrusted = openUntrustedRunner(20_000)
})
afterAll(async () => {
  await untrusted.close()
  rmSync(place, { recursive: true, force: true })
})

test('calls of many agents on the same files list them once, and on changed files once more', async () => {
  const root = join(place, 'root')
  mkdirSync(root)
  for (const name of ['a.txt', 'b.txt']) writeFileSync(join(root, name), name)
  const stores = createFileStores(join(place, 'stores'), processesHere)
  const stored = await stores.of(root)
  const listed: string[] = []
  const counted = {
    ...stored,
    listings: {
      of: (tree: string, near?: string) => {
        listed.push(tree)
        return stored.listings.of(tree, near)
      },
    },
  }
  const { signal } = new AbortController()
  const open = () => storeFolder(stored, root, ['a.txt', 'b.txt'], null, signal)
  const { tree } = await open()
  const box = createToolBox({
    workspace: {
      root,
      revision: 'r1',
      isCut: false,
      unlistedNames: { count: 0, examples: [] },
      listFiles: () => [],
      locate: async (path) => ({ ok: false, reason: `${path} is not there.` }),
    },
    untrusted,
    owner: 'run',
    permissions: { ...noPermissions, write: true },
    files: { stored: counted, open, refusal: () => null },
  })
  const call = (agentId: string, of: string) =>
    box.call('list_files', {}, signal, { agentId, base: tree, tree: of })
  for (let agent = 0; agent < 5; agent += 1) expect((await call(`a${agent}`, tree)).text).toContain('b.txt')
  expect(listed).toEqual([tree, tree])
  const written = await box.call('write_file', { path: 'c.txt', content: 'c' }, signal, {
    agentId: 'a1',
    base: tree,
    tree,
  })
  expect(written.isError).toBe(false)
  writeFileSync(join(root, 'b.txt'), 'changed')
  const later = (await open()).tree
  listed.length = 0
  for (let agent = 0; agent < 3; agent += 1) expect((await call(`a${agent}`, later)).isError).toBe(false)
  expect(listed).toEqual([later, tree])
  await box.close()
  stores.close()
})
