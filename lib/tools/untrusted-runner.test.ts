import { mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Json } from '@/lib/core/base/json'
import { type OpenUntrustedRunner, openUntrustedRunner } from './testing'
import type { SearchRequest } from './untrusted-protocol'

let untrusted: OpenUntrustedRunner
let root = ''
const mine = { owner: 'mine' }
const catastrophic = { pattern: '^(a+)+$' }
const bomb = `${'a'.repeat(40)}!`

beforeAll(async () => {
  untrusted = openUntrustedRunner(20_000)
  root = await realpath(await mkdtemp(join(tmpdir(), 'search-')))
  await writeFile(join(root, 'bomb.txt'), `first\n${bomb}\n`)
  await writeFile(join(root, 'plain.txt'), 'alpha\r\nÜber beta\nBETA\n')
  await writeFile(join(root, 'binary.bin'), Buffer.from([1, 2, 0, 3]))
  await writeFile(join(root, 'large.txt'), 'beta\n'.repeat(1_100_000))
  await symlink('plain.txt', join(root, 'alias.txt'))
})
afterAll(async () => {
  await untrusted.close()
  await rm(root, { recursive: true, force: true })
})

const aSearch = (more: Partial<SearchRequest>): SearchRequest => ({
  root,
  pieces: null,
  files: ['alias.txt', 'binary.bin', 'bomb.txt', 'gone.txt', 'large.txt', 'plain.txt'].join('\0'),
  pattern: 'beta',
  caseSensitive: false,
  glob: null,
  under: '',
  output: 'lines',
  before: 0,
  after: 0,
  skip: 0,
  maxResults: 100,
  ...more,
})

test('matching lines are found with their numbers; binary, large and missing files and links are passed over, and told of', async () => {
  expect(await untrusted.search(aSearch({}), mine)).toEqual({
    ok: true,
    findings: {
      lines: ['plain.txt:2: Über beta', 'plain.txt:3: BETA'],
      results: 2,
      matches: 0,
      filesSearched: 2,
      skippedBinary: 1,
      skippedLarge: 1,
      inexact: [],
      unreadable: ['gone.txt'],
      isCut: false,
    },
  })
  expect(await untrusted.search(aSearch({ caseSensitive: true, pattern: 'beta$' }), mine)).toMatchObject({
    findings: { lines: ['plain.txt:2: Über beta'] },
  })
  expect(await untrusted.search(aSearch({ pattern: '^alpha$', glob: 'p*.txt' }), mine)).toMatchObject({
    findings: { lines: ['plain.txt:1: alpha'], filesSearched: 1 },
  })
  expect(await untrusted.search(aSearch({ pattern: '(?i)ÜBER', maxResults: 1 }), mine)).toMatchObject({
    findings: { lines: ['plain.txt:2: Über beta'], isCut: false },
  })
  expect(await untrusted.search(aSearch({ pattern: '', maxResults: 1 }), mine)).toMatchObject({
    findings: { isCut: true },
  })
})

test('a pattern that is none is refused with a sentence, one outside Unicode mode is not', async () => {
  expect(await untrusted.search(aSearch({ pattern: '(' }), mine)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('pattern'),
  })
  expect(await untrusted.search(aSearch({ pattern: 'be\\-?ta' }), mine)).toMatchObject({ ok: true })
})

test('a catastrophic pattern is killed while the event loop goes on, and other calls are answered', async () => {
  const pool = openUntrustedRunner(1000)
  let ticks = 0
  let isDone = false
  const tick = () => {
    ticks += 1
    if (!isDone) setImmediate(tick)
  }
  tick()
  const answers = await Promise.all([
    pool.search(aSearch({ pattern: '(a+)+$' }), mine),
    pool.check(catastrophic, bomb, 'another'),
    pool.check({ type: 'number' }, 1, 'a third'),
    pool.checkSchema({ type: 'string' }, 'mine'),
    pool.search(aSearch({ pattern: 'alpha' }), { owner: 'a fourth' }),
  ])
  isDone = true
  expect(answers).toMatchObject([
    { ok: false, reason: expect.stringContaining('1 seconds') },
    [{ path: '', message: expect.stringContaining('1 seconds') }],
    [],
    [],
    { ok: true, findings: { lines: ['plain.txt:1: alpha'] } },
  ])
  // The loop turns many times a millisecond; a blocked one would have turned a handful of times in all.
  expect(ticks).toBeGreaterThan(1000)
  await pool.close()
})

test('patterns of many owners that never end hold up nobody else: a check is answered before any of them', async () => {
  const pool = openUntrustedRunner(60_000)
  const stuck = new AbortController()
  const order: string[] = []
  const long = ['a', 'b', 'c', 'd', 'e', 'f'].map(async (owner) => {
    await pool.search(aSearch({ pattern: '(a+)+$' }), { owner, signal: stuck.signal })
    order.push('long')
  })
  for (const owner of ['g', 'h', 'i']) {
    expect(await pool.check({ type: 'number' }, 1, owner)).toEqual([])
    order.push('short')
  }
  expect(order).toEqual(['short', 'short', 'short'])
  stuck.abort()
  await Promise.all(long)
  await pool.close()
})

test('a call that gave way to a short one is answered all the same, and fully', async () => {
  const pool = openUntrustedRunner(60_000)
  const stuck = new AbortController()
  const asker = (owner: string) => ({ owner, signal: stuck.signal })
  const endless = ['a', 'b'].map((owner) => pool.search(aSearch({ pattern: '(a+)+$' }), asker(owner)))
  // Half a minute of patience is no part of it: it takes a second of work, which is long.
  const honest = pool.check({ pattern: '^(a+)+$' }, `${'a'.repeat(26)}!`, 'honest')
  for (const owner of ['c', 'd', 'e', 'f']) expect(await pool.check({ type: 'number' }, 1, owner)).toEqual([])
  stuck.abort()
  await Promise.all(endless)
  expect(await honest).toMatchObject([{ message: expect.stringContaining('pattern') }])
  await pool.close()
})

test('an aborted call is answered at once, queued or running, and a closed pool answers too', async () => {
  const pool = openUntrustedRunner(60_000)
  const run = new AbortController()
  const asker = { owner: 'a run', signal: run.signal }
  const stuck = [1, 2, 3, 4, 5].map(() => pool.search(aSearch({ pattern: '(a+)+$' }), asker))
  run.abort()
  expect(await Promise.all(stuck)).toEqual(Array(5).fill({ ok: false, reason: 'It was stopped.' }))
  const last = pool.search(aSearch({ pattern: '(a+)+$' }), mine)
  await pool.close()
  expect(await last).toMatchObject({ ok: false })
  expect(await pool.search(aSearch({}), mine)).toMatchObject({ ok: false })
})

test('a worker that cannot start is said, not waited for', async () => {
  const pool = openUntrustedRunner(60_000, join(root, 'nothing.mjs'))
  expect(await pool.check({}, 1, 'mine')).toMatchObject([{ path: '' }])
  await pool.close()
})

test('a value is checked in the draft its schema names, formats included', async () => {
  const tuple2020 = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    prefixItems: [{ type: 'number' }],
  }
  const tuple07 = { $schema: 'http://json-schema.org/draft-07/schema#', items: [{ type: 'number' }] }
  const required2019 = {
    $schema: 'https://json-schema.org/draft/2019-09/schema',
    dependentRequired: { a: ['b'] },
  }
  const tuples: Json[] = [
    tuple2020,
    tuple07,
    { items: [{ type: 'number' }] },
    { prefixItems: [{ type: 'number' }] },
  ]
  for (const schema of tuples) {
    expect(await untrusted.check(schema, ['x'], 'mine')).toEqual([{ path: '/0', message: 'must be number' }])
    expect(await untrusted.check(schema, [1], 'mine')).toEqual([])
  }
  expect(await untrusted.check(required2019, { a: 1 }, 'mine')).toHaveLength(1)
  expect(await untrusted.check({ type: 'string', format: 'email' }, 'nobody', 'mine')).toHaveLength(1)
  expect(await untrusted.check({ additionalProperties: false }, { odd: 1 }, 'mine')).toEqual([
    { path: '', message: 'must NOT have additional properties: "odd"' },
  ])
  expect(await untrusted.check({ enum: ['a', 'b'] }, 'c', 'mine')).toEqual([
    { path: '', message: 'must be equal to one of the allowed values: ["a","b"]' },
  ])
})

test('what is wrong with a schema is said; two schemas of one $id do not collide', async () => {
  const bad: Json[] = [
    null,
    3,
    [],
    { type: 'strnig' },
    { $ref: '#/nowhere' },
    { $ref: 'https://example.org/x' },
    { $schema: 'http://json-schema.org/draft-04/schema#' },
    { pattern: '(' },
    { $async: true },
  ]
  for (const schema of bad) {
    expect(await untrusted.checkSchema(schema, 'mine'), JSON.stringify(schema)).not.toEqual([])
    expect(await untrusted.check(schema, 1, 'mine'), JSON.stringify(schema)).not.toEqual([])
  }
  expect(await untrusted.check({ $id: 'https://x/y', type: 'string' }, 1, 'mine')).toHaveLength(1)
  expect(await untrusted.check({ $id: 'https://x/y', type: 'number' }, 1, 'mine')).toEqual([])
  expect(
    await untrusted.check(
      { $schema: 'http://json-schema.org/draft-06/schema#', type: 'string' },
      'x',
      'mine',
    ),
  ).toEqual([])
  expect(await untrusted.checkSchema({ format: 'never-heard-of' }, 'mine')).toEqual([])
})

test('any JSON is answered, as a schema and as a value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (schema, value) => {
      const plain = (one: unknown): Json => JSON.parse(JSON.stringify(one))
      expect(Array.isArray(await untrusted.check(plain(schema), plain(value), 'mine'))).toBe(true)
    }),
    { numRuns: 100 },
  )
})
