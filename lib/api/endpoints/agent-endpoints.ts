import { agentStateSchema } from '@/lib/core/agent/agent'
import { retryAgentSchema, steerSchema } from '../agent-acts'
import { transcriptSchema } from '../runs'
import { body, endpoint, json } from './endpoint'

/** Agents of a run: read, and told something. */
export const agentApi = {
  getTranscript: endpoint({
    method: 'GET',
    path: '/api/runs/{id}/agents/{agentId}',
    summary: 'Full transcript of an agent',
    answer: json(transcriptSchema),
  }),
  cancelAgent: endpoint({
    method: 'POST',
    path: '/api/runs/{id}/agents/{agentId}/cancel',
    summary: 'Cancel an agent; the script gets null for it',
    answer: { kind: 'act', schema: agentStateSchema },
    refusals: ['conflict'],
  }),
  skipAgent: endpoint({
    method: 'POST',
    path: '/api/runs/{id}/agents/{agentId}/skip',
    summary: 'Skip an agent; the script gets null for it',
    answer: { kind: 'act', schema: agentStateSchema },
    refusals: ['conflict'],
  }),
  retryAgent: endpoint({
    method: 'POST',
    path: '/api/runs/{id}/agents/{agentId}/retry',
    summary: 'Restart an agent; with changes (more output, as a batch) also in an ended run',
    body: body(retryAgentSchema, { maxTokens: 64_000, delivery: 'batch' }),
    answer: { kind: 'act', schema: agentStateSchema },
    refusals: ['conflict'],
  }),
  steerAgent: endpoint({
    method: 'POST',
    path: '/api/runs/{id}/agents/{agentId}/steer',
    summary: 'Send an agent a message before its next turn',
    body: body(steerSchema, { message: 'Leave the tests alone.' }),
    answer: { kind: 'act', schema: agentStateSchema },
    refusals: ['conflict'],
  }),
}
