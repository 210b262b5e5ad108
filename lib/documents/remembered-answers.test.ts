import { strToU8, zipSync } from 'fflate'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createClockAhead } from '@/lib/server/testing/real-clock'
import { usualLimits } from './document'
import type { DocumentAnswer } from './document-protocol'
import { rememberAnswers } from './remembered-answers'
import { pdfWithPages } from './testing/make-pdf'
import { type OpenDocumentReader, openDocumentReader } from './testing/open-reader'

const clock = createClockAhead()
let reader: OpenDocumentReader
beforeEach(() => {
  reader = openDocumentReader(20_000, clock.awake)
})
afterEach(() => reader.close())

const pdf = pdfWithPages([['Bees dance.'], ['They turn.'], ['They return.']])
const ask = (name: string, bytes: Uint8Array, signal?: AbortSignal) =>
  reader.readFile({ name, bytes, mediaType: null }, usualLimits, {
    owner: name,
    ...(signal === undefined ? {} : { signal }),
  })
const parses = () => reader.calls.filter(({ kind }) => kind === 'read-document').length

test('a PDF is parsed once, whoever asks and whatever it is called, and another one anew', async () => {
  const first = await ask('bees.pdf', pdf)
  const second = await ask('a copy.pdf', Uint8Array.from(pdf))
  expect(parses()).toBe(1)
  if (!first.ok || !second.ok) throw new Error('not read')
  expect(second.document).toMatchObject({ name: 'a copy.pdf', id: first.document.id, pageCount: 3 })
  expect(second.document.pages[1]?.text).toBe('They turn.')
  await ask('bees.pdf', pdfWithPages([['Bees dance.'], ['They fly.']]))
  expect(parses()).toBe(2)
  // Read under another limit it says something else.
  await reader.read('bees.pdf', pdf, { pages: 1 })
  expect(parses()).toBe(3)
})

test('who asks while a PDF is parsed waits for the same, also when the first has gone', async () => {
  const gone = new AbortController()
  const asked = [ask('a.pdf', pdf, gone.signal), ...['b.pdf', 'c.pdf', 'd.pdf'].map((name) => ask(name, pdf))]
  while (parses() === 0) await new Promise((resolve) => setImmediate(resolve))
  gone.abort()
  const [first, ...others] = await Promise.all(asked)
  expect(first).toEqual({ ok: false, problem: 'It was stopped.' })
  expect(others.map((one) => one.ok && one.document.name)).toEqual(['b.pdf', 'c.pdf', 'd.pdf'])
  expect(parses()).toBe(1)
})

test('a parse that nobody waits for any more is stopped, and is no answer to who comes later', async () => {
  const gone = new AbortController()
  const asked = ['a.pdf', 'b.pdf'].map((name) => ask(name, pdf, gone.signal))
  while (parses() === 0) await new Promise((resolve) => setImmediate(resolve))
  gone.abort()
  expect((await Promise.all(asked)).map(({ ok }) => ok)).toEqual([false, false])
  expect(await ask('a.pdf', pdf)).toMatchObject({ ok: true })
  expect(parses()).toBe(2)
})

test('pages that were shown are taken out of a PDF once', async () => {
  const pages = (first: number, last: number) => reader.extractPages(pdf, first, last, { owner: 'a test' })
  const shown = await pages(1, 2)
  expect(shown.ok).toBe(true)
  expect(await pages(1, 2)).toEqual(shown)
  expect(await pages(2, 2)).not.toEqual(shown)
  expect(reader.calls).toHaveLength(2)
})

test('what could not be read is not tried again for ten minutes, and then it is', async () => {
  const broken = Buffer.from('%PDF-1.7\nnothing')
  for (let times = 0; times < 3; times += 1) expect((await ask('broken.pdf', broken)).ok).toBe(false)
  expect(parses()).toBe(1)
  clock.aheadMs += 599_000
  await ask('broken.pdf', broken)
  expect(parses()).toBe(1)
  clock.aheadMs += 2_000
  await ask('broken.pdf', broken)
  expect(parses()).toBe(2)
})

test('a file that took its thread down is remembered, and a thread that was stopped is not', async () => {
  const whys = ['stopped', 'too-much', 'too-much'] as const
  let asked = 0
  const remembered = rememberAnswers(
    async () => ({ ok: false, why: whys[asked++] ?? 'stopped', reason: 'no' }),
    clock.awake,
  )
  const call = {
    kind: 'read-document' as const,
    upload: { name: 'bomb.pdf', bytes: pdf, mediaType: null },
    limits: usualLimits,
    opensZips: false,
  }
  for (let times = 0; times < 4; times += 1) await remembered(call, { owner: 'a test' })
  expect(asked).toBe(2)
})

test('what is kept is bounded: the answer that was used least lately goes', async () => {
  const asked: number[] = []
  const answer: DocumentAnswer = { kind: 'extracted', base64: 'x'.repeat(1_000) }
  const remembered = rememberAnswers(
    async (call) => {
      if (call.kind === 'extract-pages') asked.push(call.first)
      return { ok: true, answer }
    },
    clock.awake,
    5_000,
  )
  for (const first of [1, 2, 1, 3, 1, 2])
    await remembered({ kind: 'extract-pages', bytes: pdf, first, last: first }, { owner: 'a test' })
  expect(asked).toEqual([1, 2, 3, 2])
})

test('a zip is refused by its list where nobody wants its files, and its files are read once', async () => {
  const zip = zipSync({ 'bees.pdf': pdf, 'notes.md': strToU8('# Notes') })
  expect(await ask('all.zip', zip)).toEqual({ ok: false, problem: 'It is a zip, which is not opened here.' })
  expect(parses()).toBe(1)
  for (const name of ['all.zip', 'again.zip'])
    expect((await reader.document(name, zip)).kind === 'zip' && name).toBe(name)
  // Twice the zip itself, whose files would fill what is kept, and once each of its two files.
  expect(parses()).toBe(5)
  expect(await ask('bees.pdf', pdf)).toMatchObject({ ok: true, document: { name: 'bees.pdf' } })
  expect(parses()).toBe(5)
})
