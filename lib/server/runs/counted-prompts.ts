import { effortSchema, noAgentLimits } from '@/lib/core/spec/run'
import { openingMessage } from '@/lib/engine/conversation/prompts'
import type { App } from '@/lib/server/app/app'
import type { TrialPrompt } from './trial-prompts'

/** Most prompts that are given to the provider to count, one a phase and model. */
const MOST_COUNTED = 8

/** Longest all of them may take together. */
const COUNT_MS = 5_000

/** A count this many times ours, or this small a part of it, is not of the same prompt. */
const ODD = 10

/**
 * Prompts as the provider counts them: one of each phase and model is sent to it, and those like it are
 * scaled by what comes back. Counting is free. Where it is not available, our own count is used. `counted`
 * says how many it answered.
 */
export async function countPrompts(
  app: App,
  prompts: readonly TrialPrompt[],
  signal: AbortSignal,
): Promise<{ prompts: TrialPrompt[]; counted: number }> {
  const samples = new Map<string, TrialPrompt & { tokens: number }>()
  for (const prompt of prompts) {
    if (prompt.tokens !== null && !samples.has(kindOf(prompt)) && samples.size < MOST_COUNTED)
      samples.set(kindOf(prompt), { ...prompt, tokens: prompt.tokens })
  }
  const within = AbortSignal.any([signal, AbortSignal.timeout(COUNT_MS)])
  const factors = new Map<string, number>()
  await Promise.all(
    [...samples].map(async ([kind, sample]) => {
      const counted = await count(app, sample, within)
      const factor = counted === null || sample.tokens === 0 ? Number.NaN : counted / sample.tokens
      if (factor >= 1 / ODD && factor <= ODD) factors.set(kind, factor)
    }),
  )
  signal.throwIfAborted()
  return {
    prompts: prompts.map((prompt) => {
      const factor = factors.get(kindOf(prompt))
      return factor === undefined || prompt.tokens === null
        ? prompt
        : { ...prompt, tokens: Math.round(prompt.tokens * factor) }
    }),
    counted: factors.size,
  }
}

function kindOf({ phase, model }: TrialPrompt): string {
  return `${phase}\n${model}`
}

function count(app: App, { model, spec }: TrialPrompt, signal: AbortSignal): Promise<number | null> {
  const effort = effortSchema.safeParse(spec.options.effort)
  return app.provider.countTokens(
    {
      model,
      maxTokens: spec.options.maxTokens,
      system: spec.system,
      tools: spec.tools,
      messages: [openingMessage(spec, noAgentLimits)],
      effort: effort.success ? effort.data : null,
      taskBudgetTokens: null,
      speed: 'standard',
      cache: 'none',
    },
    signal,
  )
}
