import type { RunServer } from '@/lib/core/agent/mcp-tools'
import type { Needs } from '../context/active-run'

/**
 * Records the servers of a run with the digests of their tools, once: a run that is taken up again is given the
 * same tools, so that its calls keep their keys.
 */
export async function openServers(
  { journal }: Needs<'journal'>,
  servers: readonly RunServer[],
): Promise<void> {
  if (servers.length === 0 || journal.state.run.servers.length > 0) return
  await journal.record([{ type: 'run.servers-opened', servers: [...servers] }])
}
