import { expect, test } from 'vitest'
import type { Transcript } from '@/lib/api/runs'
import { created, ended, told } from '../testing'
import { htmlAgent } from './html'
import { markdownAgent } from './markdown'

const [agent] = told(['A'], created('a', 'A'), ended('a', 'failed')).agents.values()
if (agent === undefined) throw new Error('no agent')
const transcript: Transcript = {
  agent,
  prompt: 'Refund $40?',
  system: '',
  tools: [],
  schema: null,
  options: {
    effort: null,
    stallMs: 1,
    timeoutMs: null,
    maxTurns: 1,
    maxTokens: 1,
    retries: 0,
    nanoUsd: null,
    tokens: null,
    agentType: null,
    delivery: 'live',
  },
  turns: [],
  failedTurns: [
    {
      turn: 0,
      attempt: 1,
      at: agent.queuedAt,
      kind: 'limit',
      message: 'A cap of $5 is met.',
      unsettledNanoUsd: 0,
    },
  ],
  result: null,
}

test.each([markdownAgent, htmlAgent])(
  'an exported failure is in the money of its run, and a prompt as it was',
  (write) => {
    expect(write(transcript, true)).toContain('A cap of sim $5 is met.')
    expect(write(transcript, false)).toContain('A cap of $5 is met.')
    expect(write(transcript, true)).toContain('Refund $40?')
  },
)
