import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { processesHere } from '@/lib/processes/here'
import { type BlobSpool, createBlobSpool } from './blob-spool'
import { objectName } from './loose-objects'
import { clearScratch } from './prune'
import { openRepository, type Repository } from './repository'

let place = ''
let repository: Repository
beforeEach(async () => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'blob-spool-')))
  repository = await openRepository(join(place, 'store.git'), processesHere)
})
afterEach(() => {
  repository.close()
  rmSync(place, { recursive: true, force: true })
})

async function stored(text: string): Promise<{ blob: string; size: number }> {
  const bytes = Buffer.from(text)
  return { blob: await repository.objects.write('blob', bytes), size: bytes.length }
}

async function texts(spool: BlobSpool, blobs: readonly { blob: string; size: number }[]) {
  const places = await spool.placesOf(blobs, 1_000)
  const bytes = readFileSync(spool.path)
  return places.map((at) => (at === null ? null : bytes.subarray(at.from, at.from + at.size).toString()))
}

describe('contents of many files in one', () => {
  test('each is found where it was put, and put there once, whoever asks and in whatever order', async () => {
    const spool = createBlobSpool(repository)
    const words = ['one', '', 'drei – 三', 'one', 'four\n']
    const blobs = await Promise.all(words.map(stored))
    const asked = [blobs, blobs.toReversed(), blobs.slice(1, 3)]
    const told = await Promise.all(asked.map((some) => texts(spool, some)))
    expect(told).toEqual([words, words.toReversed(), words.slice(1, 3)])
    expect(readFileSync(spool.path)).toHaveLength([...new Set(words)].reduce(bytesOf, 0))
  })

  test('what is not stored has no place, and what is too large only its size', async () => {
    const spool = createBlobSpool(repository)
    const known = await stored('known')
    const unknown = { blob: objectName('blob', Buffer.from('never stored')), size: 12 }
    const large = { ...(await stored('x'.repeat(1_001))), size: 1_001 }
    expect(await spool.placesOf([unknown, large, known], 1_000)).toEqual([
      null,
      { from: 0, size: 1_001 },
      { from: 0, size: 5 },
    ])
    expect(readFileSync(spool.path, 'utf8')).toBe('known')
    await stored('never stored')
    expect(await texts(spool, [unknown])).toEqual(['never stored'])
  })

  test.skipIf(process.getuid?.() === 0)('a disk that refuses once costs that search alone', async () => {
    const spool = createBlobSpool(repository)
    const [first, second] = [await stored('first'), await stored('second')]
    chmodSync(repository.scratch, 0o500)
    await expect(spool.placesOf([first], 1_000)).rejects.toThrow()
    chmodSync(repository.scratch, 0o700)
    expect(await texts(spool, [second, first])).toEqual(['second', 'first'])
  })

  test('copies that were cleared away are made again', async () => {
    const spool = createBlobSpool(repository)
    const blobs = await Promise.all(['first', 'second'].map(stored))
    await texts(spool, blobs)
    await clearScratch(repository.scratch)
    expect(await texts(spool, blobs.slice(1))).toEqual(['second'])
    expect(await texts(spool, blobs)).toEqual(['first', 'second'])
  })

  test('a folder that is in the way costs that search alone', async () => {
    const spool = createBlobSpool(repository)
    const first = await stored('first')
    writeFileSync(join(repository.scratch, 'blobs'), 'in the way')
    await expect(spool.placesOf([first], 1_000)).rejects.toThrow()
    rmSync(join(repository.scratch, 'blobs'))
    expect(await texts(spool, [first])).toEqual(['first'])
  })
})

function bytesOf(sum: number, word: string): number {
  return sum + Buffer.byteLength(word)
}
