import { describe, expect, it } from 'vitest'
import { logEntries } from './log-lines'
import { created, ended, told } from './testing'

const failure = {
  kind: 'overloaded',
  message: 'Overloaded.',
  status: 529,
  requestId: null,
  retryAfterMs: null,
} as const

describe('log', () => {
  it('says once for all of them what agents wait for', () => {
    const waiting = (agentId: string) =>
      ({ type: 'agent.waiting', agentId, reason: 'rate-limit', until: null }) as const
    const lines = logEntries(told(['A'], created('a', 'A'), created('b', 'A'), waiting('a'), waiting('b')))
    expect(lines.filter(({ kind }) => kind === 'waiting').map(({ message }) => message)).toEqual([
      '2 agents wait: at the rate limit of the provider.',
    ])
  })

  it('names an agent whose turns were sent again, before its end', () => {
    const turn = { agentId: 'a', turn: 0, attempt: 1 }
    const lines = logEntries(
      told(
        ['A'],
        created('a', 'A'),
        { type: 'turn.failed', ...turn, failure, unsettledNanoUsd: 0, willRetry: true },
        ended('a', 'failed'),
      ),
    )
    expect(lines.map(({ kind, message }) => [kind, message])).toEqual([
      ['run', 'The run started.'],
      ['retried', 'label a: 1 turn failed and was sent again.'],
      ['failed', 'label a failed: No answer of that shape.'],
    ])
  })
})
