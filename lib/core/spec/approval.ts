import { z } from 'zod'
import type { Actor } from '../base/actor'
import type { JsonObject } from '../base/json'

/**
 * How far somebody has approved a run to go: agents that are bought, and dollars. Null in either does not
 * ask.
 */
export const approvedSchema = z.object({
  agents: z.number().int().nonnegative().nullable(),
  nanoUsd: z.number().int().nonnegative().nullable(),
})
export type Approved = z.infer<typeof approvedSchema>

/** What a person says to a run that is about to pass what was approved. */
export const approvalAnswerSchema = z
  .strictObject({
    do: z.enum(['go-on', 'up-to', 'stop']),
    /** With `up-to`: agents in all, bought so far included. */
    agents: z.number().int().positive().optional(),
    /** With `up-to`: dollars in all, spent so far included. */
    usd: z.number().positive().optional(),
  })
  .refine((answer) => answer.do !== 'up-to' || answer.agents !== undefined || answer.usd !== undefined, {
    message: 'set `agents`, `usd` or both',
    path: ['do'],
  })
export type ApprovalAnswer = z.infer<typeof approvalAnswerSchema>

/** The answer as a question asks for it; the numbers are what it would take, so far as that is known. */
export function approvalInput(suggested: { agents: number | null; usd: number | null }): JsonObject {
  return {
    type: 'object',
    required: ['do'],
    additionalProperties: false,
    properties: {
      do: {
        enum: ['go-on', 'up-to', 'stop'],
        title: 'Continue up to new limits, or stop and keep the results so far',
      },
      agents: {
        type: 'integer',
        minimum: 1,
        title: 'Total agents',
        ...(suggested.agents === null ? {} : { default: suggested.agents }),
      },
      usd: {
        type: 'number',
        exclusiveMinimum: 0,
        title: 'Total cost ($)',
        ...(suggested.usd === null ? {} : { default: suggested.usd }),
      },
    },
  }
}

/** What is approved after an answer; a number that was not given stays as it was. */
export function approvedAfter(before: Approved | null, answer: ApprovalAnswer): Approved | null {
  switch (answer.do) {
    case 'go-on':
      return null
    case 'up-to':
      return {
        agents: answer.agents ?? before?.agents ?? null,
        nanoUsd: answer.usd === undefined ? (before?.nanoUsd ?? null) : Math.round(answer.usd * 1e9),
      }
    case 'stop':
      return before
  }
}

/** What a run that was stopped at what had been approved says of its end. */
export function stoppedSentence(actor: Actor | null): string {
  return `Stopped by ${actor?.name ?? 'nobody'} at the approved limit; the results so far are kept.`
}
