import type { FoundAgents } from '@/lib/api/runs'
import type { App } from '@/lib/server/app/app'
import { getHead } from './read-run'

/** The agents of a run whose conversation contains a text; the page holds neither prompts nor answers. */
export async function searchAgents(app: App, runId: string, text: string): Promise<FoundAgents> {
  await getHead(app, runId)
  return { agents: await app.store.agentsSaying(runId, text) }
}
