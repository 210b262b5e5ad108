import { z } from 'zod'

/** `POST /api/runs/{id}/agents/{agentId}/steer`: what the agent is told before its next turn. */
export const steerSchema = z.strictObject({
  message: z.string().trim().min(1, 'must say something').max(20_000, 'must have at most 20,000 characters'),
})
export type Steer = z.infer<typeof steerSchema>

export const agentActs = ['cancel', 'skip', 'retry', 'steer'] as const
export type AgentActName = (typeof agentActs)[number]
