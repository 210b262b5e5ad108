import { strToU8, zipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { docxOf, paragraph } from './testing/make-docx'
import { deflated, type PdfPart, pageAt, pdfOf, pdfWithPages } from './testing/make-pdf'
import { type OpenDocumentReader, openDocumentReader } from './testing/open-reader'

let reader: OpenDocumentReader
beforeAll(() => {
  reader = openDocumentReader()
})
afterAll(() => reader.close())

/** Whatever came before, an honest document is read as if it had been alone. */
async function expectHonestReading() {
  expect(await reader.read('a.pdf', pdfWithPages([['Honest.']]))).toMatchObject({
    ok: true,
    document: { pages: [{ text: 'Honest.' }] },
  })
}

/** A zip of stored files, with whatever names and modes; the names are bytes. */
function rawZip(files: readonly { name: Buffer; mode?: number; flags?: number }[], claimed?: number): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, mode = 0o100644, flags = 0 } of files) {
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt32LE(1, 18)
    local.writeUInt32LE(1, 22)
    local.writeUInt16LE(name.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(3 << 8, 4)
    entry.writeUInt16LE(flags, 8)
    entry.writeUInt32LE(1, 20)
    entry.writeUInt32LE(1, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(mode * 0x10000, 38)
    entry.writeUInt32LE(offset, 42)
    locals.push(local, name, Buffer.from('x'))
    directory.push(entry, name)
    offset += 30 + name.length + 1
  }
  const list = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(claimed ?? files.length, 10)
  end.writeUInt32LE(list.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...locals, list, end])
}

const encrypted = pdfOf(
  ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>'],
  `/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -44 /O <${'41'.repeat(32)}> /U <${'42'.repeat(32)}> >>`,
)

test.each([
  ['nothing', 'a.txt', Buffer.alloc(0), 'empty'],
  ['a mark and nothing else', 'a.pdf', Buffer.from('%PDF-1.7'), 'broken'],
  ['a PDF that ends in its first page', 'a.pdf', pdfWithPages([['x']]).subarray(0, 120), ''],
  ['a locked PDF', 'a.pdf', encrypted, 'password'],
  ['a mark of a zip and nothing else', 'a.zip', Buffer.from('PK\x03\x04'), 'cut off'],
  ['a zip without its list', 'a.zip', zipSync({ a: strToU8('a'.repeat(99)) }).subarray(0, 60), 'cut off'],
  ['a zip that lists what is not there', 'a.zip', rawZip([{ name: Buffer.from('a') }], 3), 'broken'],
  ['an empty zip', 'a.zip', zipSync({}), 'no files'],
  [
    'bytes that are nothing',
    'a.txt',
    Buffer.from('\x7fELF\0\0\0\x01\0\0\x02\xff', 'latin1'),
    'neither text nor',
  ],
  ['zero bytes in a text', 'a.txt', Buffer.from('some words\0\0and others'), 'neither text nor'],
  ['a workbook', 'a.xlsx', zipSync({ 'xl/workbook.xml': strToU8('<a/>') }), 'CSV'],
  ['a document that is no XML', 'a.docx', zipSync({ 'word/document.xml': strToU8('no') }), 'Word document'],
  ['a PNG that is none', 'a.png', Buffer.from('\x89PNG\r\n\x1a\nnot at all a header', 'latin1'), 'image'],
  ['a JPEG without a frame', 'a.jpg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0]), 'image'],
  ['a GIF without a size', 'a.gif', Buffer.from('GIF89a\0\0\0\0'), 'image'],
])('%s is answered with a sentence', async (_, name, bytes, words) => {
  const reading = await reader.read(name, bytes)
  expect(reading.ok ? 'read' : reading.problem).toMatch(new RegExp(`^[A-Z].*${words}.*\\.$`))
})

test('an image that says it is larger than models take is refused with its size', async () => {
  const header = Buffer.alloc(40)
  header.write('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')
  header.writeUInt32BE(60_000, 16)
  header.writeUInt32BE(2, 20)
  expect(await reader.read('a.png', header)).toMatchObject({ ok: false, problem: /60000 × 2 pixels/ })
  const large = Buffer.concat([header, Buffer.alloc(4_000_000)])
  large.writeUInt32BE(200, 16)
  expect(await reader.read('a.png', large)).toMatchObject({ ok: false, problem: /3\.9 MB/ })
})

/** A content stream that unfolds to so many bytes of nothing. */
function streamBomb(bytes: number): Buffer {
  return pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    pageAt(5),
    deflated(Buffer.alloc(bytes, ' ')),
  ])
}

function nestedTree(depth: number): Buffer {
  const parts: PdfPart[] = ['<< /Type /Catalog /Pages 2 0 R >>']
  for (let level = 0; level < depth; level += 1)
    parts.push(`<< /Type /Pages /Kids [${level + 3} 0 R] /Count 1 >>`)
  return pdfOf([...parts, '<< /Type /Page /MediaBox [0 0 9 9] >>'])
}

test.each([
  ['a stream that unfolds to half a gigabyte', () => streamBomb(500_000_000)],
  ['a tree of pages 50,000 levels deep', () => nestedTree(50_000)],
  [
    'a tree of pages that is a circle',
    () => pdfOf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [2 0 R] /Count 9 >>']),
  ],
  [
    'a tree that says it holds a billion pages',
    () => pdfOf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 1000000000 >>']),
  ],
  [
    'arrays nested a hundred thousand times',
    () => pdfOf([`<< /Type /Catalog /Pages 2 0 R /X ${'['.repeat(100_000)} >>`, '<< >>']),
  ],
])('a PDF bomb takes little of the server, and others are read after it: %s', async (_, bomb) => {
  const bytes = bomb()
  const before = process.memoryUsage().rss
  const reading = await reader.read('bomb.pdf', bytes)
  if (reading.ok) expect(reading.document.pages.map(({ text }) => text.trim()).join('')).toBe('')
  else expect(reading.problem).toMatch(/^[A-Z].*\.$/)
  expect(process.memoryUsage().rss - before).toBeLessThan(700_000_000)
  await expectHonestReading()
})

test('a document that takes for ever is ended while the event loop goes on, and said so', async () => {
  const impatient = openDocumentReader(400)
  let ticks = 0
  let isDone = false
  const tick = () => {
    ticks += 1
    if (!isDone) setImmediate(tick)
  }
  tick()
  const drawing = '(a) Tj '.repeat(3_000_000)
  const bytes = pdfOf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [4 0 R] /Count 1 >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    pageAt(5),
    deflated(`BT /F 9 Tf ${drawing} ET`),
  ])
  expect(await impatient.read('slow.pdf', bytes)).toEqual({
    ok: false,
    problem: 'Reading the document took more than 0.4 seconds of processor time and was stopped.',
  })
  isDone = true
  expect(ticks).toBeGreaterThan(1_000)
  await impatient.close()
})

test('a zip bomb is refused whole: by what it unfolds to, by how much, and inside a Word document too', async () => {
  const zeros = new Uint8Array(20_000_000)
  const bombs: [string, Uint8Array, object][] = [
    ['a.zip', zipSync({ 'a.txt': zeros }), {}],
    [
      'b.zip',
      zipSync({ 'a.txt': strToU8('ab'.repeat(300)), 'b.txt': strToU8('cd'.repeat(300)) }),
      { expandedBytes: 1_000 },
    ],
    ['c.docx', docxOf('', { 'word/styles.xml': zeros }), {}],
  ]
  for (const [name, bytes, limits] of bombs)
    expect(await reader.read(name, bytes, limits), name).toMatchObject({
      ok: false,
      problem: expect.stringContaining('unfolds to more than'),
    })
  await expectHonestReading()
})

test('a zip of more files than are read is refused, whatever number it claims', async () => {
  const names = Array.from({ length: 60_000 }, (_, index) => ({ name: Buffer.from(`f${index}`) }))
  for (const claimed of [60_000, 65_535])
    expect(await reader.read('a.zip', rawZip(names, claimed))).toMatchObject({
      ok: false,
      problem: 'The zip holds more than 1,000 files.',
    })
})

test('files of a zip with names or kinds that lead elsewhere are named, shown safely, and not read', async () => {
  const zip = rawZip([
    { name: Buffer.from('good.txt') },
    { name: Buffer.from('../up.txt') },
    { name: Buffer.from('a/../../up.txt') },
    { name: Buffer.from('/etc/passwd') },
    { name: Buffer.from('C:\\x.txt') },
    { name: Buffer.from('a\nb.txt') },
    { name: Buffer.from([0x66, 0xff, 0x2e]) },
    { name: Buffer.from('GOOD.TXT') },
    { name: Buffer.from('link'), mode: 0o120777 },
    { name: Buffer.from('locked'), flags: 1 },
    { name: Buffer.from('folder/'), mode: 0o40755 },
  ])
  const document = await reader.document('a.zip', zip)
  if (document.kind !== 'zip') throw new Error('no zip')
  expect(document.documents.map(({ name }) => name)).toEqual(['good.txt'])
  expect(document.unread).toEqual([
    { name: '../up.txt', why: 'Its name leads out of the zip.' },
    { name: 'a/../../up.txt', why: 'Its name leads out of the zip.' },
    { name: '/etc/passwd', why: 'Its name is a path on one machine.' },
    { name: 'C:\\x.txt', why: 'Its name is a path on one machine.' },
    { name: 'a\\nb.txt', why: 'Its name holds characters that cannot be shown.' },
    { name: 'fÿ.', why: 'Its name is not UTF-8.' },
    { name: 'GOOD.TXT', why: 'Another file has the same name.' },
    { name: 'link', why: 'It is a link.' },
    { name: 'locked', why: 'It is locked with a password.' },
  ])
})

test('a Word document that is a plain zip is read as one', async () => {
  expect(await reader.document('a.docx', zipSync({ 'a.txt': strToU8('plain') }))).toMatchObject({
    kind: 'zip',
    notes: [expect.stringContaining('is a zip of files')],
    documents: [{ name: 'a.txt' }],
  })
})

test('a Word document with entities that unfold, or elements without end, harms nobody', async () => {
  const laughs = `<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "${'ha'.repeat(50)}">${'bcdefgh'
    .split('')
    .map((name, at) => `<!ENTITY ${name} "${`&${'abcdefg'[at]};`.repeat(50)}">`)
    .join('')}]><d>&h;</d>`
  const deep = '<w:sdt><w:sdtContent>'.repeat(50_000)
  for (const content of [laughs, deep])
    expect(
      await reader.read('a.docx', docxOf(paragraph('x'), { 'word/document.xml': strToU8(content) })),
    ).toMatchObject({ ok: false, problem: expect.stringMatching(/^[A-Z].*\.$/) })
  await expectHonestReading()
})

test('fifty megabytes of one line are read to the limit, and that is said', async () => {
  const line = Buffer.alloc(50_000_000, 'ä')
  expect(await reader.read('a.txt', line)).toMatchObject({
    document: { isCut: true, notes: ['It is longer than what was read.'], pages: [{ number: 1 }] },
  })
  expect(await reader.read('a.txt', Buffer.alloc(50_000_001, 'a'))).toEqual({
    ok: false,
    problem: 'The file has 50 MB; at most 50 MB are read.',
  })
})

test('zero bytes behind the beginning of a text are replaced, and a table with an open quote is read as it is', async () => {
  const late = Buffer.from(`${'a'.repeat(10_000)}\0b`)
  expect(await reader.document('a.txt', late)).toMatchObject({
    notes: ['Its zero bytes were replaced.'],
    pages: [{ text: `${'a'.repeat(10_000)}\ufffdb` }],
  })
  expect(await reader.document('a.csv', Buffer.from('a,"b"\n"c,d\ne,f'))).toMatchObject({
    kind: 'csv',
    notes: ['A quote that opens in line 2 is never closed.'],
    pages: [{ text: 'a,"b"\n"c,d\ne,f' }],
  })
})

test('HTML nested a hundred thousand times gives its text', async () => {
  const html = `<html><body>${'<div>'.repeat(100_000)}deep &amp; down${'</div>'.repeat(100_000)}</body></html>`
  expect(await reader.document('a.html', Buffer.from(html))).toMatchObject({
    kind: 'html',
    pages: [{ text: 'deep & down' }],
  })
})

test('HTML of more parts than a tree of it could be built from gives its text in lines', async () => {
  const row = '<tr><td>a</td><td>b &lt; c</td></tr>'
  const html = `<html><script>x()</script><table>${row.repeat(100_000)}</table></html>`
  const { pages } = await reader.document('a.html', Buffer.from(html))
  expect(pages[0]?.text.split('\n').slice(0, 2)).toEqual(['a b < c', 'a b < c'])
  expect(pages[0]?.text.split('\n')).toHaveLength(100_000)
})

test('an SVG is text: nothing of it is drawn or run', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
  expect(await reader.document('a.svg', Buffer.from(svg))).toMatchObject({
    kind: 'text',
    block: 'text',
    pages: [{ text: svg }],
  })
})
