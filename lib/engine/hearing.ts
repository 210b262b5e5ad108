import type { Admission } from '@/lib/core/dispatcher'
import type { Unmetered } from '@/lib/core/events'
import type { JsonObject } from '@/lib/core/json'
import { probableUsage, withPrompt } from '@/lib/core/metering'
import type { CompletedTurn, TurnObserver } from '@/lib/core/ports'
import { costOf } from '@/lib/core/pricing'
import { allTokens, noUsage, tokenCounts, usageAtLoss } from '@/lib/core/usage'
import { type ActiveRun, type Air, savedAir } from './active-run'
import { speedOf } from './fast-mode'
import { nothingLost } from './place'
import { promptTokenBound } from './prompt-size'
import type { TurnPlan } from './turn-plan'
import type { Lead } from './warm-up'

/** A turn goes into the air: from here on everybody sees what is heard of it. */
export function openAir(run: ActiveRun, plan: TurnPlan, startedAt: string, maxTokens: number): Air {
  const air: Air = {
    agentId: plan.spec.agentId,
    turn: plan.turn,
    attempt: plan.attempt,
    model: plan.model,
    usage: noUsage,
    text: '',
    thinking: '',
    outputCharacters: 0,
    startedAt,
    firstTokenAt: null,
    lastByteMs: run.ports.clock.now(),
    heardMs: run.ports.clock.awake.now(),
    stallMs: plan.spec.options.stallMs,
    promptBound: promptTokenBound(plan.spec, plan.messages),
    maxTokens,
    isStalled: false,
    isDirty: false,
  }
  run.airs.set(air.agentId, air)
  return air
}

/** Hears a response as it streams: its words and its usage go to the air, its headers to the dispatcher. */
export function observer(
  run: ActiveRun,
  air: Air,
  admission: Extract<Admission, { kind: 'admitted' }>,
  lead: Lead | null,
): TurnObserver {
  const heard = (characters: number) => {
    air.firstTokenAt ??= run.iso()
    air.outputCharacters += characters
    air.isDirty = true
  }
  return {
    onHeaders: (limits) => admission.headers(limits),
    onStart: (model, usage) => {
      air.model = model
      // A prompt that nobody counted is paid for all the same, and a crash has to know of it.
      air.usage = withPrompt(usage, air.promptBound)
      lead?.begun(usage)
      // Saved at once: from here on the input is paid for, whatever becomes of us.
      run.ports.recorder.record(run.id, [], [{ do: 'save-air', air: savedAir(air) }]).catch(run.ports.report)
    },
    onText: (text) => {
      air.text += text
      heard(text.length)
    },
    onThinking: (text) => {
      air.thinking += text
      heard(text.length)
    },
    onByte: () => {
      air.lastByteMs = run.ports.clock.now()
      air.heardMs = run.ports.clock.awake.now()
      // Who thinks in silence is paid for too: how long it did is all that tells.
      if (air.firstTokenAt === null) air.isDirty = true
    },
  }
}

/** What an interrupted response probably came to: its input as the provider counted it, and the output it had come to. */
export function probableLoss(
  run: ActiveRun,
  started: { model: string; usage: typeof noUsage; outputCharacters: number } | null,
  air: Air,
): { unsettledNanoUsd: number; unsettledTokens: number } {
  if (started === null) return nothingLost
  const { outputCharacters } = started
  const { promptBound, maxTokens } = air
  const known = withPrompt(started.usage, promptBound)
  const usage = usageAtLoss(known, { outputCharacters, silentMs: savedAir(air).silentMs, maxTokens })
  const cost = costOf(usage, started.model, run.ports.prices(), run.iso())
  return { unsettledNanoUsd: cost?.totalNanoUsd ?? 0, unsettledTokens: allTokens(tokenCounts(usage)) }
}

/** What a whole answer probably used that does not say it. */
export function probablyUsed(run: ActiveRun, plan: TurnPlan, turn: CompletedTurn, air: Air): Unmetered {
  const outputCharacters = turn.content.reduce((sum, block) => sum + charactersOf(block), 0)
  const usage = probableUsage(
    { ...turn.usage, speed: speedOf(run, plan) },
    { ...air, outputCharacters, silentMs: savedAir(air).silentMs },
  )
  const cost = costOf(usage, turn.model, run.ports.prices(), run.iso())
  const tokens = tokenCounts(usage)
  return { nanoUsd: cost?.totalNanoUsd ?? 0, tokens: allTokens(tokens), outputTokens: tokens.outputTokens }
}

/** Hidden thinking shows in its signature, a tool call in its input. */
function charactersOf(block: JsonObject): number {
  return block.type === 'text' && typeof block.text === 'string' ? block.text.length : JSON.stringify(block).length
}
