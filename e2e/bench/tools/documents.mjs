// npm run bench:documents: what a PDF of 500 pages costs, and for how long the event loop stands while it is
// read, parted and searched. The PDF is made here; no server, no provider.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { deflateSync } from 'node:zlib'
import { build } from 'esbuild'
import { buildEntries } from '../../../lib/bin/build-entries.mjs'
import { root } from '../processes.mjs'

const PAGES = 500
const LINES = 45
const QUOTES = 50
const WANTED_MS = 100

let pausedFor = 0
await buildEntries()
const folder = mkdtempSync(join(tmpdir(), 'skein-documents-'))
try {
  const { createPool, createDocumentReader, createSystemClock, usualLimits, blocksFor } = await modules()
  const pool = createPool({
    entry: join(root, 'dist/document-worker.mjs'),
    mostMs: 60_000,
    awake: createSystemClock().awake,
  })
  const reader = createDocumentReader((call, asker) => pool.ask(call, asker))
  const asker = { owner: 'bench' }
  const bytes = longPdf()
  console.log(
    `\nA PDF of ${PAGES} pages, ${(bytes.length / 1e6).toFixed(1)} MB; wanted: no pause over ${WANTED_MS} ms`,
  )

  const upload = { name: 'long.pdf', bytes, mediaType: null }
  const reading = await measured('read', () => reader.readDocument(upload, usualLimits, asker))
  if (!reading.ok || reading.document.pages.length !== PAGES) throw new Error('It was not read')
  const { document } = reading
  const text = document.pages.map((page) => page.text).join('\n')
  console.log(`  ${text.length.toLocaleString('en')} characters`)
  await measured('100 pages as a PDF', () => blocksFor(document, { first: 201, last: 300 }, reader, asker))
  const quotes = Array.from({ length: QUOTES }, (_, at) => `page ${at * 10 + 1}, line 7 says that bees dance`)
  const found = await measured(`${QUOTES} quotes`, () => reader.findQuotes(document, quotes, asker))
  const missing = found.places.filter((place) => place === null).length
  console.log(`  ${missing} of ${QUOTES} quotes missing`)
  await pool.close()
  process.exitCode = pausedFor > WANTED_MS || missing > 0 ? 1 : 0
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** Says how long it took, for how long the loop stood, and by how much the process grew. */
async function measured(what, run) {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  const [began, grownFrom] = [performance.now(), process.memoryUsage().rss]
  delay.enable()
  const result = await run()
  await new Promise(setImmediate)
  delay.disable()
  const longest = delay.max / 1e6
  pausedFor = Math.max(pausedFor, longest)
  const grown = (process.memoryUsage().rss - grownFrom) / 1e6
  console.log(
    `  ${what.padEnd(20)} ${(performance.now() - began).toFixed(0).padStart(6)} ms   longest pause ${longest.toFixed(0).padStart(4)} ms   ${grown.toFixed(0).padStart(4)} MB more`,
  )
  return result
}

/** The modules themselves, without the server around them. */
async function modules() {
  const outfile = join(folder, 'documents.mjs')
  const contents = `export { createPool } from './lib/threads/pool'
export { createDocumentReader } from './lib/documents/document-reader'
export { usualLimits } from './lib/documents/document'
export { blocksFor } from './lib/documents/content-blocks'
export { createSystemClock } from './lib/server/services/system-clock'`
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    alias: { '@': root },
    logLevel: 'warning',
  })
  return import(outfile)
}

function longPdf() {
  const parts = ['<< /Type /Catalog /Pages 2 0 R >>', '']
  parts.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>')
  const kids = []
  for (let page = 1; page <= PAGES; page++) {
    const lines = Array.from(
      { length: LINES },
      (_, line) =>
        `(page ${page}, line ${line} says that bees dance at noon where flowers are, ${page * line} times) Tj T*`,
    )
    const content = deflateSync(`BT /F 9 Tf 40 800 Td 16 TL ${lines.join(' ')} ET`)
    kids.push(`${parts.length + 1} 0 R`)
    parts.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >> /Contents ${parts.length + 2} 0 R >>`,
      `<< /Filter /FlateDecode /Length ${content.length} >>\nstream\n${content.toString('latin1')}\nendstream`,
    )
  }
  parts[1] = `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${PAGES} >>`
  let text = '%PDF-1.7\n'
  const offsets = parts.map((part, at) => {
    const offset = text.length
    text += `${at + 1} 0 obj\n${part}\nendobj\n`
    return offset
  })
  const lines = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const start = text.length
  text += `xref\n0 ${parts.length + 1}\n0000000000 65535 f \n${lines}`
  text += `trailer\n<< /Size ${parts.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}
