import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { realClock } from '@/lib/server/testing/real-clock'
import { SourceReader } from '../app/read-source'
import { openUntrustedReader } from './untrusted-reader'

const entry = fileURLToPath(new URL('../../../dist/untrusted-worker.mjs', import.meta.url))
const reader = openUntrustedReader({ entry, mostMs: 1500, awake: realClock.awake })
afterAll(() => reader.close())

const script = (body: string) => `export const meta = { name: 'x', description: 'd' }\n${body}`
const pattern = `return /${Array(30_000).fill('(?<g>a)').join('|')}/`
const names = Array.from({ length: 80_000 }, (_, at) => `let a${at}`).join(';')

test.each([
  ['a pattern with thirty thousand groups of one name', pattern],
  ['eighty thousand variables', names],
])('a source that a parser takes for ever to read is refused with a sentence: %s', async (_, body) => {
  const { reading, isLasting } = await reader.readSource(script(body), { owner: 'a test' })
  expect(reading).toMatchObject({
    ok: false,
    problem: { message: expect.stringContaining('could not be read') },
  })
  expect(isLasting).toBe(true)
})

test('the heads of definitions are read together, and a hostile one costs them no more than their time', async () => {
  const keys = Array.from({ length: 3_000 }, (_, at) => `k${at}: 1`).join('\n')
  const flow = `tools: [${'a,'.repeat(15_000)}a]`
  const list = `tools: ${'a,'.repeat(15_000)}a`
  const honest =
    'name: reviewer\ndescription: Reads: everything\ntools: Read, Bash(git log:*, git diff:*)\nmodel: opus'
  const heads = await reader.readHeads([keys, flow, list, honest, '{{{'], { owner: 'a test' })
  expect(heads).toMatchObject([
    { name: null },
    { tools: ['a'] },
    { tools: ['a'] },
    { name: 'reviewer', tools: ['read_file', 'Bash'], model: 'opus' },
    { problem: expect.stringContaining('no YAML') },
  ])
})

test('two long texts with nothing in common are told as one replaced by the other, and no longer than can be read', async () => {
  const text = (word: string) => Array.from({ length: 60_000 }, (_, at) => `${word} ${at}`).join('\n')
  const diff = await reader.diff(text('a'), text('b'), { owner: 'a test' })
  expect(diff).toMatchObject({ added: 60_000, removed: 60_000, isCut: true })
  expect(diff?.hunks.flat()).toHaveLength(5_000)
  const line = await reader.diff('x'.repeat(100_000), 'y', { owner: 'a test' })
  expect(line?.hunks.flat()[0]?.text).toMatch(/98,000 more characters/)
})

test('what a source said is remembered by its digest, a refusal too, and a stop is not', async () => {
  let asked = 0
  let isLasting = true
  const counted = {
    readSource: async () => {
      asked += 1
      return {
        reading: { ok: false as const, problem: { message: 'no', line: null, column: null } },
        isLasting,
      }
    },
  }
  const sources = new SourceReader(counted, (text) => text)
  await Promise.all([sources.tryRead('a'), sources.tryRead('a')])
  await expect(sources.read('a')).rejects.toThrow('no')
  expect(asked).toBe(1)
  isLasting = false
  await sources.tryRead('b')
  await sources.tryRead('b')
  expect(asked).toBe(3)
})
