import type { PlannedCall } from '@/lib/api/workflows'
import { defaultOutput } from '@/lib/core/caps/output-room'
import {
  type DeliveryTerms,
  deliveryTermsFor,
  type Pinned,
  unpinned,
} from '@/lib/core/estimate/delivery-options'
import { one, type Range, sumOf } from '@/lib/core/estimate/estimate'
import { resolveModel } from '@/lib/core/money/models'
import { unphased } from '@/lib/core/run/phases'
import type { PhaseSettings, RunSpec } from '@/lib/core/spec/run'
import type { TrialPrompt } from './trial-prompts'

/** Agents that would be asked the same way: one phase, one model, one price. */
export type EstimateGroup = {
  phase: string
  model: string
  deliveryTerms: DeliveryTerms
  pinned: Pinned
  agents: Range
  /** A fixed number of agents is not what earlier runs had, but what there is. */
  isFixed: boolean
  /** Most output of a turn. */
  maxTokens: number
  /** The very agents, where a trial run made them; empty where only the source was read. */
  trial: TrialPrompt[]
}

/**
 * How often a call in a loop runs when nothing is known: once, the median and the 90th percentile of public
 * workflows.
 */
const REPEATS: Range = { low: 1, likely: 9, high: 25 }

/** A goal begins with one agent, whatever loop its call is in. */
export function once(group: EstimateGroup): EstimateGroup {
  return { ...group, agents: one, isFixed: true }
}

/**
 * What the source says would run; loops are guessed at. What the launcher said of a phase outranks the
 * script.
 */
export function groupsInSource(calls: readonly PlannedCall[], spec: RunSpec): EstimateGroup[] {
  const groups = new Map<string, EstimateGroup>()
  for (const call of calls) {
    const phase = call.phase ?? unphased
    const own = settingsOf(spec, phase)
    const asked = own?.model ?? call.model ?? spec.phases.find(({ title }) => title === phase)?.model
    const model = resolveModel(asked, spec.model)
    const pinned = own === null ? unpinned : { speed: own.speed, delivery: own.delivery }
    add(groups, {
      phase,
      model,
      pinned,
      deliveryTerms: deliveryTermsFor(model, pinned, spec),
      agents: call.multiplicity === 'one' ? one : REPEATS,
      isFixed: false,
      maxTokens: own?.maxTokens ?? defaultOutput({ effort: spec.effort, leads: false, plans: false }),
      trial: [],
    })
  }
  return [...groups.values()]
}

/**
 * Agents that were asked because of what others had answered: made-up answers say little of how many that
 * will be.
 */
function ofFollowers(count: number): Range {
  return count <= 1
    ? { low: count, likely: count, high: count }
    : { low: Math.ceil(count / 2), likely: count, high: 2 * count }
}

/**
 * As many as were started with made-up answers; a real run may find more to do, or less. Of a trial run that
 * was stopped there may be many more.
 */
export function groupsInTrial(
  prompts: readonly TrialPrompt[],
  spec: RunSpec,
  isWhole: boolean,
): EstimateGroup[] {
  const groups = new Map<string, EstimateGroup>()
  for (const prompt of prompts) {
    const { phase, model } = prompt
    const { speed, delivery, maxTokens } = prompt.spec.options
    const own = settingsOf(spec, phase)
    // What differs from the launch was asked by the call itself, which every delivery option of the launch
    // leaves as it is.
    const pinned = {
      speed: own?.speed ?? (speed === 'fast' && spec.speed !== 'fast' ? speed : null),
      delivery: own?.delivery ?? (delivery === spec.delivery ? null : delivery),
    }
    const deliveryTerms = { speed, delivery }
    add(groups, {
      phase,
      model,
      pinned,
      deliveryTerms,
      agents: one,
      isFixed: false,
      maxTokens,
      trial: [prompt],
    })
  }
  for (const group of groups.values()) {
    const { low, likely, high } = sumOf([
      exactly(group.trial.filter(({ follows }) => !follows).length),
      ofFollowers(group.trial.filter(({ follows }) => follows).length),
    ])
    group.agents = isWhole ? { low, likely, high } : { low, likely, high: Math.max(high, spec.limits.agents) }
  }
  return [...groups.values()]
}

function exactly(count: number): Range {
  return { low: count, likely: count, high: count }
}

function settingsOf({ phaseSettings }: RunSpec, phase: string): PhaseSettings | null {
  return Object.hasOwn(phaseSettings, phase) ? (phaseSettings[phase] ?? null) : null
}

function add(groups: Map<string, EstimateGroup>, group: EstimateGroup): void {
  const id = JSON.stringify([group.phase, group.model, group.deliveryTerms, group.pinned])
  const known = groups.get(id)
  if (known === undefined) {
    groups.set(id, group)
    return
  }
  known.agents = sumOf([known.agents, group.agents])
  known.maxTokens = Math.max(known.maxTokens, group.maxTokens)
  known.trial.push(...group.trial)
}
