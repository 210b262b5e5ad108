import type { JsonObject } from '@/lib/core/base/json'
import { probableUsage, withPrompt } from '@/lib/core/money/metering'
import { probableCostOf } from '@/lib/core/money/pricing'
import { allTokens } from '@/lib/core/money/token-counts'
import { englishCharacters, noUsage, tokenCounts, usageAtLoss } from '@/lib/core/money/usage'
import type { Admission } from '@/lib/core/ports/dispatcher'
import type { CompletedTurn, TurnObserver } from '@/lib/core/ports/ports'
import type { Unmetered } from '@/lib/core/run/events'
import type { Needs } from '../context/active-run'
import { nothingLost } from '../context/batch-slot'
import type { TurnPlan } from '../context/turn-plan'
import { type InFlightTurn, savedInFlightTurn } from '../parts/in-flight-turn'
import type { Lead } from '../parts/warm-up'
import { speedOf } from './fast-mode'
import { promptTokenBound } from './prompt-size'

/** A turn goes out: from here on everybody sees what is heard of it. */
export function openInFlightTurn(
  run: Needs<'inFlightTurns' | 'ports'>,
  plan: TurnPlan,
  startedAt: string,
  maxTokens: number,
): InFlightTurn {
  const inFlightTurn: InFlightTurn = {
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
    promptBound: promptTokenBound(plan.spec, plan.messages, plan.known),
    maxTokens,
    isStalled: false,
    isDirty: false,
  }
  run.inFlightTurns.set(inFlightTurn.agentId, inFlightTurn)
  return inFlightTurn
}

/**
 * Hears a response as it streams: its words and its usage go to the in-flight turn, its headers to the
 * dispatcher.
 */
export function observer(
  run: Needs<'journal' | 'ports' | 'servedRegions'>,
  inFlightTurn: InFlightTurn,
  admission: Extract<Admission, { kind: 'admitted' }>,
  lead: Lead | null,
): TurnObserver {
  const heard = (characters: number) => {
    inFlightTurn.firstTokenAt ??= run.journal.iso()
    inFlightTurn.outputCharacters += characters
    inFlightTurn.isDirty = true
  }
  return {
    onHeaders: (limits) => admission.headers(limits),
    onStart: (model, usage) => {
      run.servedRegions.note(inFlightTurn.model, usage.inferenceGeo)
      inFlightTurn.model = model
      // A prompt that nobody counted is paid for all the same, and a crash has to know of it.
      inFlightTurn.usage = withPrompt(usage, inFlightTurn.promptBound)
      lead?.begun(usage)
      // Saved at once: from here on the input is paid for, whatever becomes of us.
      run.journal
        .record([], [{ do: 'save-in-flight-turn', inFlightTurn: savedInFlightTurn(inFlightTurn) }])
        .catch(run.ports.report)
    },
    onText: (text) => {
      inFlightTurn.text += text
      heard(englishCharacters(text))
    },
    onThinking: (text) => {
      inFlightTurn.thinking += text
      heard(englishCharacters(text))
    },
    onByte: () => {
      inFlightTurn.lastByteMs = run.ports.clock.now()
      inFlightTurn.heardMs = run.ports.clock.awake.now()
      // Hidden thinking is billed; until the first token, elapsed time is the only evidence, so save it.
      if (inFlightTurn.firstTokenAt === null) inFlightTurn.isDirty = true
    },
  }
}

/**
 * Estimated usage of an interrupted response: its input as the provider counted it, and the output seen so
 * far.
 */
export function probableLoss(
  run: Needs<'journal' | 'ports'>,
  asked: string,
  started: { model: string; usage: typeof noUsage; outputCharacters: number } | null,
  inFlightTurn: InFlightTurn,
): { unsettledNanoUsd: number; unsettledTokens: number } {
  if (started === null) return nothingLost
  const { outputCharacters } = started
  const { promptBound, maxTokens } = inFlightTurn
  const known = withPrompt(started.usage, promptBound)
  const usage = usageAtLoss(known, {
    outputCharacters,
    silentMs: savedInFlightTurn(inFlightTurn).silentMs,
    maxTokens,
  })
  const models = { served: started.model, asked }
  return {
    unsettledNanoUsd: probableCostOf(usage, models, run.ports.prices(), run.journal.iso()),
    unsettledTokens: allTokens(tokenCounts(usage)),
  }
}

/** What a whole answer probably used that does not say it. */
export function probablyUsed(
  run: Needs<'journal' | 'ports' | 'slowed'>,
  plan: TurnPlan,
  turn: CompletedTurn,
  inFlightTurn: InFlightTurn,
): Unmetered {
  const outputCharacters = turn.content.reduce((sum, block) => sum + charactersOf(block), 0)
  const usage = probableUsage(
    { ...turn.usage, speed: speedOf(run, plan) },
    { ...inFlightTurn, outputCharacters, silentMs: savedInFlightTurn(inFlightTurn).silentMs },
  )
  const models = { served: turn.model, asked: plan.model }
  const nanoUsd = probableCostOf(usage, models, run.ports.prices(), run.journal.iso())
  const tokens = tokenCounts(usage)
  return { nanoUsd, tokens: allTokens(tokens), outputTokens: tokens.outputTokens }
}

/** Hidden thinking shows in its signature, a tool call in its input. */
function charactersOf(block: JsonObject): number {
  const isText = block.type === 'text' && typeof block.text === 'string'
  return englishCharacters(isText ? String(block.text) : JSON.stringify(block))
}
