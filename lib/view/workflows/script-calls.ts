import type { AgentState } from '@/lib/core/agent/agent'
import { shortenText, sliceText } from '@/lib/core/base/cut-text'
import type { RunState } from '@/lib/core/run/state'
import { placeOfCall } from '../agent/agent-rows'

/** One call of a script that ran, and the statuses of its agents. */
export type ScriptCall = {
  /** As the address bar holds it: `scope@line:column`. */
  site: string
  scope: string
  line: number
  column: number
  total: number
  running: number
  failed: number
  ended: number
  /** The source around it. */
  snippet: string
}

const SNIPPET_CHARACTERS = 70

/** The calls of one source that ran, in the order of the source. `scopes` are those the source ran in. */
export function scriptCalls(state: RunState, scopes: readonly string[], source: string): ScriptCall[] {
  const lines = source.split('\n')
  const calls = new Map<string, ScriptCall>()
  for (const agent of state.agents.values()) {
    const site = placeOfCall(agent)
    if (site === null || agent.callSite === null || !scopes.includes(agent.scope)) continue
    const { line, column } = agent.callSite
    const known = calls.get(site) ?? {
      ...{ site, scope: agent.scope, line, column, total: 0, running: 0, failed: 0, ended: 0 },
      snippet: snippetAt(lines, line, column),
    }
    calls.set(site, added(known, agent))
  }
  return [...calls.values()].sort(
    (a, b) => a.line - b.line || a.column - b.column || (a.scope < b.scope ? -1 : 1),
  )
}

/** From the start of a short line, or from shortly before the call on a long one, across line ends. */
function snippetAt(lines: readonly string[], line: number, column: number): string {
  const own = lines[line - 1] ?? ''
  const from = own.length <= 200 ? 0 : Math.max(0, column - 1 - 30)
  const text = [sliceText(own, from, from + 200), ...lines.slice(line, line + 3)]
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()
  return shortenText(text, SNIPPET_CHARACTERS)
}

function added(call: ScriptCall, agent: AgentState): ScriptCall {
  return {
    ...call,
    total: call.total + 1,
    running: call.running + (agent.status === 'running' || agent.status === 'stalled' ? 1 : 0),
    failed: call.failed + (agent.status === 'failed' ? 1 : 0),
    ended: call.ended + (agent.endedAt === null ? 0 : 1),
  }
}

/** The margin of each line: the calls on it added up. */
export function marginOf(
  calls: readonly ScriptCall[],
): ReadonlyMap<number, { text: string; status: 'running' | 'failed' | 'ended' }> {
  const margin = new Map<number, { total: number; running: number; failed: number }>()
  for (const { line, total, running, failed } of calls) {
    const before = margin.get(line) ?? { total: 0, running: 0, failed: 0 }
    margin.set(line, {
      total: before.total + total,
      running: before.running + running,
      failed: before.failed + failed,
    })
  }
  return new Map(
    [...margin].map(([line, { total, running, failed }]) => [
      line,
      {
        text: `${total}${failed > 0 ? ` ✕${failed}` : ''}${running > 0 ? ` •${running}` : ''}`,
        status: failed > 0 ? 'failed' : running > 0 ? 'running' : 'ended',
      },
    ]),
  )
}
