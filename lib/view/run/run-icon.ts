import { agentCount, endedCount } from '@/lib/core/agent/agent-status'
import { assertNever } from '@/lib/core/base/assert-never'
import { openCheckpoints } from '@/lib/core/run/checkpoints'
import type { RunState } from '@/lib/core/run/state'

/** What the icon of a tab says of a run; `share` is how far it is, from 0 to 1. */
export type RunIcon = {
  tone: 'working' | 'needs-you' | 'succeeded' | 'mixed' | 'failed' | 'stopped'
  share: number
}

/** Steps of the ring: finer ones are not seen at 16 pixels, and each is one more change of the icon. */
const STEPS = 32

/** The icon of a run as it is: its ended agents of all that are known, and whether a person is needed. */
export function runIcon({
  run,
  totals,
  checkpoints,
}: Pick<RunState, 'run' | 'totals' | 'checkpoints'>): RunIcon {
  const all = agentCount(totals.agents)
  const share = all === 0 ? 0 : Math.floor((endedCount(totals.agents) / all) * STEPS) / STEPS
  switch (run.status) {
    case 'draft':
    case 'paused':
      return { tone: 'needs-you', share }
    case 'queued':
    case 'running':
      return { tone: openCheckpoints({ run, checkpoints }).length > 0 ? 'needs-you' : 'working', share }
    case 'completed':
      return { tone: 'succeeded', share: 1 }
    case 'completed-with-failures':
      return { tone: 'mixed', share: 1 }
    case 'failed':
      return { tone: 'failed', share: 1 }
    case 'cancelled':
    case 'stopped-at-limit':
      return { tone: 'stopped', share: 1 }
    default:
      return assertNever(run.status)
  }
}

/** Tabs are light or dark whatever the page is: these are seen on both. */
const colors: Readonly<Record<RunIcon['tone'], string>> = {
  working: '#2f80ed',
  'needs-you': '#d99614',
  succeeded: '#2a9d5b',
  mixed: '#2a9d5b',
  failed: '#dc4650',
  stopped: '#808896',
}

/** Beside its colour each has a mark of its own. */
const marks: Readonly<Record<RunIcon['tone'], string>> = {
  working: 'M11 13L16 19L21 13',
  'needs-you': 'M16 10V17M16 21.5V22',
  succeeded: 'M11 16.5L15 20.5L21.5 12',
  mixed: 'M11 16.5L15 20.5L21.5 12',
  failed: 'M12 12L20 20M20 12L12 20',
  stopped: 'M11 16H21',
}

/** The picture as a data address: a ring that closes as the run goes on, with the mark of its state in it. */
export function runIconUrl({ tone, share }: RunIcon): string {
  const color = colors[tone]
  const ring = '<circle cx="16" cy="16" r="13" pathLength="100"'
  const done =
    share === 0
      ? ''
      : `${ring} stroke="${color}" stroke-dasharray="${share * 100} 100" transform="rotate(-90 16 16)"/>`
  const bad =
    tone === 'mixed'
      ? `${ring} stroke="${colors.failed}" stroke-dasharray="25 100" transform="rotate(180 16 16)"/>`
      : ''
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="none" stroke-width="4.5">${ring} stroke="#8d94a2" stroke-opacity=".4"/>${done}${bad}<path d="${marks[tone]}" stroke="${color}" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round"/></g></svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
