import { describe, expect, it } from 'vitest'
import { person } from '@/lib/core/base/actor'
import type { RunEvent } from '@/lib/core/run/events'
import { at, created, ended, question, told } from '../testing'
import { isInFilter, logEntries } from './log-lines'

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
      ({ type: 'agent.waiting', agentId, reason: 'rate-limit', until: null, cap: null }) as const
    const lines = logEntries(told(['A'], created('a', 'A'), created('b', 'A'), waiting('a'), waiting('b')))
    expect(lines.filter(({ kind }) => kind === 'waiting').map(({ message }) => message)).toEqual([
      '2 agents wait: rate limited by the provider.',
    ])
  })

  it('names an agent whose turns were sent again, before its end', () => {
    const turn = { agentId: 'a', turn: 0, attempt: 1 }
    const lines = logEntries(
      told(
        ['A'],
        created('a', 'A'),
        { type: 'turn.failed', ...turn, failure, unsettledNanoUsd: 0, unsettledTokens: 0, willRetry: true },
        ended('a', 'failed'),
      ),
    )
    expect(lines.map(({ kind, message }) => [kind, message])).toEqual([
      ['run', 'The run started.'],
      ['phase', '“A” began.'],
      ['retried', 'label a: 1 turn failed and was retried.'],
      ['failed', 'label a failed: No answer of that shape.'],
      ['phase', '“A” ended: 1 agent in 2s.'],
    ])
    expect(lines.filter((line) => isInFilter(line, 'problems')).map(({ kind }) => kind)).toEqual([
      'retried',
      'failed',
    ])
  })

  it('tells what was asked and answered, which workflows were entered, and what was turned down', () => {
    const site = null
    const lines = logEntries(
      told(
        ['A'],
        {
          type: 'workflow.entered',
          scope: 'review#0',
          name: 'review',
          digest: 'd',
          phases: [],
          callSite: site,
        },
        question,
        { type: 'checkpoint.answered', checkpointId: 'c1', value: false, by: 'person', actor: person('ada') },
        created('a', 'A'),
        ended('a'),
        { type: 'agent.rejected', agentId: 'a' },
        {
          type: 'call.refused',
          scope: '',
          key: 'k',
          message: 'Too many agents.',
          callSite: site,
          endsRun: false,
          cap: null,
        },
        { type: 'workflow.ended', scope: 'review#0', error: { message: 'No.', line: null, column: null } },
        { type: 'workflow.ended', scope: 'review#0/script:abc#1', error: null },
        { ...question, checkpointId: 'c2', key: 'k2' },
        { type: 'checkpoint.expired', checkpointId: 'c2' },
      ),
    )
    expect(lines.map(({ kind, message }) => `${kind}: ${message}`)).toEqual([
      'run: The run started.',
      'entered: Entered the workflow review.',
      'asked: Asked: Go on?',
      'answered: Go on? was answered by ada: declined',
      'phase: “A” began.',
      'rejected: label a: the script rejected its answer (failIf).',
      'phase: “A” ended: 1 agent in 1s.',
      'refused: A call was not started: Too many agents.',
      'left: The workflow review failed: No.',
      'left: The called script ended.',
      'asked: Asked: Go on?',
      'unanswered: Go on? was closed without an answer.',
    ])
  })

  it('says amounts in the money of the run, but for those that a script or an agent wrote', () => {
    const asked = { ...question, kind: 'approval', title: 'Audit is about to pass the $3 approved.' } as const
    const events: RunEvent[] = [
      created('a', 'A'),
      { type: 'run.logged', message: 'The invoice says $40.' },
      {
        type: 'call.refused',
        scope: '',
        key: 'k',
        message: 'The cap of $5 is met.',
        callSite: null,
        endsRun: false,
        cap: null,
      },
      {
        type: 'run.repriced',
        repricingId: 'p1',
        turns: 2,
        agents: [{ agentId: 'a', costNanoUsd: 0, changeNanoUsd: -1_000_000, unsettledChangeNanoUsd: 0 }],
        costNanoUsd: 0,
        unpricedTurns: 0,
        cacheSavedNanoUsd: null,
        actor: null,
      },
      { ...question, checkpointId: 'c2', key: 'k2', title: 'Refund $40?' },
      asked,
      {
        type: 'checkpoint.answered',
        checkpointId: 'c1',
        value: { do: 'up-to', agents: 60, usd: 12 },
        by: 'person',
        actor: person('ada'),
      },
      {
        type: 'agent.ended',
        agentId: 'a',
        outcome: 'failed',
        failure: { ...failure, kind: 'agent-limit', message: 'Its own limit of $0.50 leaves too little.' },
        preview: '',
        reusedFrom: null,
        actor: null,
      },
    ]
    const simulated = told(['A'], ...events)
    const state = {
      ...simulated,
      run: { ...simulated.run, pausedAt: at(30), reason: 'The run’s cap of $5 is met.' },
    }
    const words = (lines: typeof state) => logEntries(lines).map(({ message }) => message)
    expect(words(state)).toEqual([
      'The run started.',
      '“A” began.',
      'The invoice says $40.',
      'A call was not started: The cap of sim $5 is met.',
      '2 responses were repriced: sim −$0.001000.',
      'Asked: Refund $40?',
      'Asked: Audit is about to pass the sim $3 approved.',
      'Audit is about to pass the sim $3 approved. was answered by ada: up to 60 agents and sim $12',
      'label a failed: Its own limit of sim $0.50 leaves too little.',
      '“A” ended: 1 agent in 7s.',
      'Paused: The run’s cap of sim $5 is met.',
    ])
    const real = { ...state, run: { ...state.run, simulated: false } }
    expect(words(real)).toEqual(words(state).map((message) => message.replaceAll('sim ', '')))
  })
})
