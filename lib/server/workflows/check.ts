import type { WorkflowCheck } from '@/lib/api/workflows'
import type { App } from '@/lib/server/app/app'
import { findBuiltIn } from '../app/built-in'

/**
 * A source as its editor needs to know it: what it says of itself, which agents it calls, and what is wrong.
 */
export async function checkSource(app: App, source: string): Promise<WorkflowCheck> {
  const read = await app.sources.tryRead(source)
  if (!read.ok) return { meta: null, calls: [], nameTakenBy: null, problems: [read.problem] }
  const { meta, calls } = read.read
  const saved = await app.store.workflows.findSaved(meta.name)
  const takenBy = saved?.origin ?? ((await findBuiltIn(app, meta.name)) === null ? null : 'built-in')
  return { meta, calls, nameTakenBy: takenBy, problems: [] }
}
