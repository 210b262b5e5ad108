import { agentStateSchema } from '@/lib/core/agent/agent'
import { retryAgentSchema, steerSchema } from '../agent-acts'
import { transcriptSchema } from '../runs'
import { body, endpoint, json } from './endpoint'

/** Agents of a run: read, and told something. */
export const agentApi = {
  getTranscript: endpoint('GET', '/api/runs/{id}/agents/{agentId}', 'Full transcript of an agent', {
    access: 'viewer',
    within: 'run',
    answer: json(transcriptSchema),
  }),
  cancelAgent: endpoint(
    'POST',
    '/api/runs/{id}/agents/{agentId}/cancel',
    'Cancel an agent; the script gets null for it',
    {
      access: 'launcher',
      within: 'run',
      answer: { kind: 'act', schema: agentStateSchema },
      refusals: ['conflict'],
    },
  ),
  skipAgent: endpoint(
    'POST',
    '/api/runs/{id}/agents/{agentId}/skip',
    'Skip an agent; the script gets null for it',
    {
      access: 'launcher',
      within: 'run',
      answer: { kind: 'act', schema: agentStateSchema },
      refusals: ['conflict'],
    },
  ),
  retryAgent: endpoint(
    'POST',
    '/api/runs/{id}/agents/{agentId}/retry',
    'Restart an agent; with changes (more output, as a batch) also in an ended run',
    {
      access: 'launcher',
      within: 'run',
      records: ['maxTokens', 'delivery'],
      body: body(retryAgentSchema, { maxTokens: 64_000, delivery: 'batch' }),
      answer: { kind: 'act', schema: agentStateSchema },
      refusals: ['conflict'],
    },
  ),
  steerAgent: endpoint(
    'POST',
    '/api/runs/{id}/agents/{agentId}/steer',
    'Send an agent a message before its next turn',
    {
      access: 'launcher',
      within: 'run',
      body: body(steerSchema, { message: 'Leave the tests alone.' }),
      answer: { kind: 'act', schema: agentStateSchema },
      refusals: ['conflict'],
    },
  ),
}
