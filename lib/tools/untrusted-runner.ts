import type { Json } from '@/lib/core/base/json'
import type { SchemaChecker, SchemaComplaint } from '@/lib/core/ports/ports'
import type { Asked, Asker } from '@/lib/threads/pool'
import type {
  ListRequest,
  SearchFindings,
  SearchRequest,
  UntrustedAnswer,
  UntrustedCall,
} from './untrusted-protocol'

export type SearchResult = { ok: true; findings: SearchFindings } | { ok: false; reason: string }
export type ListResult = { ok: true; text: string } | { ok: false; reason: string }

/** Runs what untrusted patterns, globs and schemas ask for where it can be killed. */
export type UntrustedRunner = SchemaChecker & {
  search(request: SearchRequest, asker: Asker): Promise<SearchResult>
  list(request: ListRequest, asker: Asker): Promise<ListResult>
}

/** The tools' own words on a pool of threads. */
export function createUntrustedRunner(
  ask: (call: UntrustedCall, asker: Asker) => Promise<Asked<UntrustedAnswer>>,
): UntrustedRunner {
  const refused = (asked: Asked<UntrustedAnswer>): { ok: false; reason: string } => {
    if (!asked.ok) return { ok: false, reason: asked.reason }
    return { ok: false, reason: asked.answer.kind === 'refused' ? asked.answer.reason : 'It gave no answer.' }
  }
  const complaints = async (call: UntrustedCall, owner: string): Promise<SchemaComplaint[]> => {
    const asked = await ask(call, { owner: `${owner} checks` })
    if (asked.ok && asked.answer.kind === 'complaints') return asked.answer.complaints
    return [{ path: '', message: refused(asked).reason }]
  }
  return {
    checkSchema: (schema: Json, owner: string) => complaints({ kind: 'check-schema', schema }, owner),
    check: (schema: Json, value: Json, owner: string) => complaints({ kind: 'check', schema, value }, owner),
    async search(request, asker) {
      const asked = await ask({ kind: 'search', request }, asker)
      if (asked.ok && asked.answer.kind === 'search') return { ok: true, findings: asked.answer.findings }
      return refused(asked)
    },
    async list(request, asker) {
      const asked = await ask({ kind: 'list', request }, asker)
      return asked.ok && asked.answer.kind === 'list' ? { ok: true, text: asked.answer.text } : refused(asked)
    },
  }
}
