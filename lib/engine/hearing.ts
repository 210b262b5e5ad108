import type { Admission } from '@/lib/core/dispatcher'
import type { TurnObserver } from '@/lib/core/ports'
import { costOf } from '@/lib/core/pricing'
import { allTokens, noUsage, tokenCounts, usageAtLoss } from '@/lib/core/usage'
import { type ActiveRun, type Air, savedAir } from './active-run'
import { nothingLost } from './place'
import type { TurnPlan } from './turn-plan'
import type { Lead } from './warm-up'

/** A turn goes into the air: from here on everybody sees what is heard of it. */
export function openAir(run: ActiveRun, plan: TurnPlan, startedAt: string): Air {
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
      air.usage = usage
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
  maxTokens: number,
): { unsettledNanoUsd: number; unsettledTokens: number } {
  if (started === null) return nothingLost
  const { outputCharacters } = started
  const usage = usageAtLoss(started.usage, { outputCharacters, silentMs: savedAir(air).silentMs, maxTokens })
  const cost = costOf(usage, started.model, run.ports.prices(), run.iso())
  return { unsettledNanoUsd: cost?.totalNanoUsd ?? 0, unsettledTokens: allTokens(tokenCounts(usage)) }
}
