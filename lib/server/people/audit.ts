import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { AuditEntryShown, AuditVerdict, auditQuerySchema } from '@/lib/api/people'
import { AUDIT_BEGINNING, auditText } from '@/lib/core/ports/audit-store'
import type { App } from '../app/app'

/** Lines read at once where all are. */
const PAGE = 1_000

/** Acts that changed something, newest first. */
export async function searchAudit(
  app: Pick<App, 'store'>,
  { q, actor, operation, from, to, before, limit }: z.output<typeof auditQuerySchema>,
): Promise<{ entries: AuditEntryShown[]; next: number | null }> {
  const entries = await app.store.audit.search({
    text: q === undefined || q === '' ? null : q,
    actorId: actor ?? null,
    operation: operation ?? null,
    from: from ?? null,
    to: to ?? null,
    before: before ?? null,
    limit,
  })
  return { entries, next: entries.length < limit ? null : (entries.at(-1)?.seq ?? null) }
}

/** The whole log as JSON lines, read page by page as it is sent. */
export function exportAudit(app: Pick<App, 'store'>): Response {
  let seen = 0
  const lines = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const entries = await app.store.audit.after(seen, PAGE)
      seen = entries.at(-1)?.seq ?? seen
      if (entries.length === 0) return controller.close()
      controller.enqueue(
        new TextEncoder().encode(entries.map((entry) => `${JSON.stringify(entry)}\n`).join('')),
      )
    },
  })
  return new Response(lines, {
    headers: {
      'content-type': 'application/jsonl; charset=utf-8',
      'content-disposition': 'attachment; filename="skein-audit.jsonl"',
      'cache-control': 'no-store',
    },
  })
}

/** Works every digest out again and says where the chain breaks first, if it does. */
export async function verifyAudit(app: Pick<App, 'store'>): Promise<AuditVerdict> {
  let seq = 0
  let head = AUDIT_BEGINNING
  for (;;) {
    const entries = await app.store.audit.after(seq, PAGE)
    if (entries.length === 0) return { entries: seq, head, broken: null }
    for (const { digest, ...line } of entries) {
      const broken = (why: string) => ({ entries: seq, head, broken: { seq: line.seq, why } })
      if (line.seq !== seq + 1) return broken(`line ${seq + 1} is missing`)
      if (line.previous !== head) return broken('it does not follow from the line before it')
      if (createHash('sha256').update(auditText(line)).digest('hex') !== digest)
        return broken('it was changed after it was written')
      seq = line.seq
      head = digest
    }
  }
}
