import { strToU8, Zip, ZipDeflate } from 'fflate'
import type { BulkExportQuery } from '@/lib/api/bulk'
import type { App } from '@/lib/server/app/app'
import { problemOf } from '@/lib/server/services/problem'
import { exportRun, fileNameOf } from '../runs/export/export-run'

/** What the list in the zip says of a run. */
type Entry = { id: string; file: string } | { id: string; problem: string }

/**
 * Many runs as one zip, packed as it is sent: each run in a file of its own, and `runs.json`, which names
 * every run that was asked for with its file or with why it has none.
 */
export function exportRuns(app: App, { ids, format, prompts }: BulkExportQuery): Response {
  const packed = pieces(app, ids, { format, prompts })
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await packed.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await packed.return(undefined)
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'application/zip',
      'content-disposition': 'attachment; filename="skein-runs.zip"',
      'cache-control': 'no-store',
    },
  })
}

async function* pieces(
  app: App,
  ids: readonly string[],
  query: Pick<BulkExportQuery, 'format' | 'prompts'>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let ready: Uint8Array[] = []
  const zip = new Zip((error, piece) => {
    if (error !== null) throw error
    ready.push(piece)
  })
  const taken = () => {
    const pieces = ready
    ready = []
    return pieces
  }
  const entries: Entry[] = []
  for (const id of ids) {
    const exported = await exportRun(app, id, query).catch(problemOf)
    if (!(exported instanceof Response)) {
      entries.push({ id, problem: exported.detail })
      continue
    }
    const file = fileNameOf(id, query.format)
    const packing = new ZipDeflate(file)
    zip.add(packing)
    // What breaks off from here on breaks off the zip: half a run must not pass for the whole.
    for await (const piece of exported.body ?? []) {
      packing.push(piece)
      yield* taken()
    }
    packing.push(new Uint8Array(0), true)
    entries.push({ id, file })
    yield* taken()
  }
  const list = new ZipDeflate('runs.json')
  zip.add(list)
  list.push(
    strToU8(`${JSON.stringify({ format: 'skein-runs', version: 1, runs: entries }, null, 2)}\n`),
    true,
  )
  zip.end()
  yield* taken()
}
