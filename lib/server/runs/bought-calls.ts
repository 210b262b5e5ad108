import type { BoughtCall, Measured } from '@/lib/core/estimate/fork-cost'
import type { StoredAgent } from '@/lib/core/ports/agent-store'
import { unphased } from '@/lib/core/run/phases'
import { effortSchema } from '@/lib/core/spec/run'
import { cachesPrefix } from '@/lib/engine/turn/turn-request'
import type { App } from '@/lib/server/app/app'
import type { TrialPrompt } from './trial-prompts'

/** Agents whose turns are read: each is a look-up, and those of a phase are much the same. */
const MOST_MEASURED = 400

/**
 * The calls of the trial run, each beside what the same call, or one like it, used in the run that is forked.
 */
export async function boughtCalls(
  app: App,
  originId: string,
  trial: readonly TrialPrompt[],
): Promise<BoughtCall[]> {
  const origin = await measuredAgents(app, originId)
  const same = new Map<string, Measured[]>()
  for (const { name, measured } of origin) same.set(name, [...(same.get(name) ?? []), measured])
  const alike = new Map<string, number>()
  for (const { model, spec } of trial) {
    const beginning = beginningOf(model, spec)
    alike.set(beginning, (alike.get(beginning) ?? 0) + 1)
  }
  const all = origin.map(({ measured }) => measured)
  return trial.map(({ phase, model, spec, tokens }) => {
    const twin = same.get(nameOf(phase, spec))?.shift() ?? null
    const { speed, delivery, maxTokens } = spec.options
    const like =
      twin ??
      usualOf(origin.filter((one) => one.phase === phase).map(({ measured }) => measured)) ??
      usualOf(all)
    return {
      model,
      effort: effortOf(spec),
      deliveryTerms: { speed, delivery },
      isCached: cachesPrefix(spec),
      alike: alike.get(beginningOf(model, spec)) ?? 1,
      ownShare: ownShareOf(spec),
      maxTokens,
      like,
      isSame: twin !== null,
      promptTokens: tokens,
    }
  })
}

type Known = { name: string; phase: string; measured: Measured }

/** Agents that were paid for in a run, or were answered in one before it, with what they used. */
async function measuredAgents(app: App, runId: string): Promise<Known[]> {
  const known: Known[] = []
  for (const { state, spec } of await app.store.loadAgents(runId)) {
    if (known.length >= MOST_MEASURED) break
    if (state.turns === 0 || state.unmeteredTurns > 0) continue
    const turns = (await app.store.loadTurns(runId, state.id)).filter(
      ({ attempt }) => attempt === state.attempt,
    )
    const sum = (of: (usage: (typeof turns)[number]['usage']) => number) =>
      turns.reduce((total, { usage }) => total + of(usage), 0)
    const phase = state.phase ?? unphased
    known.push({
      name: nameOf(phase, spec),
      phase,
      measured: {
        model: state.model,
        effort: effortOf(spec),
        turns: turns.length,
        inputTokens: sum(({ inputTokens }) => inputTokens),
        cacheReadTokens: sum(({ cacheReadTokens }) => cacheReadTokens),
        cacheWriteTokens: sum(
          ({ cacheWrite5mTokens, cacheWrite1hTokens }) => cacheWrite5mTokens + cacheWrite1hTokens,
        ),
        outputTokens: sum(({ outputTokens }) => outputTokens),
        thinkingTokens: sum(({ thinkingTokens }) => thinkingTokens),
      },
    })
  }
  return known
}

/** The agent in the middle of some, by what it wrote. */
function usualOf(measured: readonly Measured[]): Measured | null {
  const sorted = [...measured].sort((a, b) => a.outputTokens - b.outputTokens)
  return sorted[Math.floor(sorted.length / 2)] ?? null
}

/** Calls that ask the same, whatever the model and how much it thinks. */
function nameOf(phase: string, { prompt, tools }: StoredAgent['spec']): string {
  return JSON.stringify([phase, prompt, tools.map(({ name }) => name)])
}

function ownShareOf({ prompt, system, tools }: StoredAgent['spec']): number {
  const shared = system.length + JSON.stringify(tools).length
  return prompt.length / Math.max(1, prompt.length + shared)
}

/** What a cache can be shared by. */
function beginningOf(model: string, { system, tools }: StoredAgent['spec']): string {
  return JSON.stringify([model, system, tools.map(({ name }) => name)])
}

function effortOf({ options }: StoredAgent['spec']) {
  const effort = effortSchema.safeParse(options.effort)
  return effort.success ? effort.data : null
}
