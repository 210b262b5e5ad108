import { mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { imageTokens, pageTokens } from '@/lib/core/agent/shown'
import type { JsonObject } from '@/lib/core/base/json'
import { docxOf, paragraph } from '@/lib/documents/testing/make-docx'
import { pdfWithPages } from '@/lib/documents/testing/make-pdf'
import { type OpenDocumentReader, openDocumentReader } from '@/lib/documents/testing/open-reader'
import { type OpenUntrustedRunner, openUntrustedRunner } from '../testing'
import { createToolBox } from '../toolbox'

let root = ''
let untrusted: OpenUntrustedRunner
let documents: OpenDocumentReader
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+M8AAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
)

beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'view-')))
  untrusted = openUntrustedRunner(20_000)
  documents = openDocumentReader()
})
afterAll(async () => {
  await Promise.all([untrusted.close(), documents.close()])
  rmSync(root, { recursive: true, force: true })
})

function boxWith(files: Readonly<Record<string, Uint8Array | string>>) {
  for (const [path, content] of Object.entries(files)) writeFileSync(join(root, path), content)
  return createToolBox({
    workspace: {
      root,
      revision: 'r1',
      isCut: false,
      unlistedNames: { count: 0, examples: [] },
      listFiles: () => Object.keys(files).map((path) => ({ path, size: 1 })),
      locate: async (path) =>
        Object.hasOwn(files, path)
          ? {
              ok: true,
              path,
              absolute: join(root, path),
              kind: 'file',
              size: statSync(join(root, path)).size,
            }
          : { ok: false, reason: `There is no ${path}.` },
    },
    untrusted,
    owner: 'run',
    documents,
  })
}

const view = (box: ReturnType<typeof boxWith>, input: JsonObject) =>
  box.call('view_document', input, new AbortController().signal)

const pages = Array.from({ length: 12 }, (_, at) => [`This is sheet ${at + 1}.`])

describe('view_document', () => {
  test('is there only where there is something to be shown', () => {
    const names = (files: Readonly<Record<string, string>>) =>
      boxWith(files).definitions.map(({ name }) => name)
    expect(names({ 'a.ts': '', 'b.md': '' })).not.toContain('view_document')
    expect(names({ 'a.ts': '', 'B.PDF': '' })).toContain('view_document')
  })

  test('shows pages of a PDF as they are, beside their text under its page numbers', async () => {
    const box = boxWith({ 'a.pdf': pdfWithPages(pages) })
    const result = await view(box, { path: 'a.pdf', pages: '3-4' })
    expect(result.isError).toBe(false)
    expect(result.text).toMatch(
      /^\[a\.pdf, pages 3 to 4 of 12, shown .*\n\n\[page 3 of 12\]\nThis is sheet 3\.\n\n\[page 4 of 12\]\nThis is sheet 4\.$/,
    )
    expect(result.shown).toMatchObject([
      { kind: 'document', mediaType: 'application/pdf', title: 'a.pdf, pages 3 to 4', pages: 2 },
    ])
    expect(result.shown?.[0]?.tokens).toBe(pageTokens(['This is sheet 3.', 'This is sheet 4.']))
    const bytes = Buffer.from(result.shown?.[0]?.data ?? '', 'base64')
    expect(await documents.document('part.pdf', bytes)).toMatchObject({
      pageCount: 2,
      pages: [{ text: 'This is sheet 3.' }, { text: 'This is sheet 4.' }],
    })
  })

  test('begins with the first pages of a long one, and takes one page by its number', async () => {
    const box = boxWith({ 'a.pdf': pdfWithPages(pages) })
    expect((await view(box, { path: 'a.pdf' })).text).toContain('pages 1 to 6 of 12')
    expect((await view(box, { path: 'a.pdf', page: ' 12 ' })).text).toContain('page 12 of 12')
  })

  test.each([
    ['13', /pages 1 to 12; "13" is none of them/],
    ['0-1', /pages 1 to 12/],
    ['4-2', /pages 1 to 12/],
    ['1-7', /At most 6 pages.*Ask for 1-6/],
    ['all', /must be a page or a range/],
  ])('says what is wrong with the pages %j', async (asked, said) => {
    const box = boxWith({ 'a.pdf': pdfWithPages(pages) })
    const result = await view(box, { path: 'a.pdf', pages: asked })
    expect([result.isError, result.shown]).toEqual([true, undefined])
    expect(result.text).toMatch(said)
  })

  test('shows an image with its size, and the upload for the text that was made of it', async () => {
    const box = boxWith({ 'c.png': png, 'c.png.md': '[image]' })
    for (const path of ['c.png', 'c.png.md']) {
      const result = await view(box, { path })
      expect(result.text).toBe('[c.png: an image of 1 × 1 pixels]')
      expect(result.shown).toEqual([
        {
          kind: 'image',
          mediaType: 'image/png',
          title: 'c.png',
          pages: 1,
          tokens: imageTokens(1, 1),
          data: png.toString('base64'),
        },
      ])
    }
  })

  test('gives a Word document as text, and refuses what is none with a sentence', async () => {
    const box = boxWith({ 'a.docx': docxOf(paragraph('Bees dance.')), 'b.pdf': '%PDF-1.7\nnothing' })
    expect(await view(box, { path: 'a.docx' })).toMatchObject({
      isError: false,
      text: expect.stringContaining('Bees dance.'),
      shown: [],
    })
    expect(await view(box, { path: 'b.pdf' })).toMatchObject({
      isError: true,
      text: expect.stringMatching(/^b\.pdf cannot be shown: .*\.$/),
    })
    expect((await view(box, { path: 'c.pdf' })).text).toBe('There is no c.pdf.')
  })
})
