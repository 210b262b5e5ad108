import type { LaunchInput, LimitsInput } from '@/lib/api/runs'
import { deliverySchema, effortSchema, speedSchema } from '@/lib/core/spec/run'
import { parseUsd } from '../format/money'
import { wholeNumber } from '../format/numbers'

/** What a person typed for one phase, as typed. Empty leaves it to the script and to the run. */
export type PhaseForm = {
  model: string
  effort: string
  speed: string
  delivery: string
  maxTokens: string
  usd: string
  tokens: string
  agents: string
  minutes: string
}

export const emptyPhase: PhaseForm = {
  model: '',
  effort: '',
  speed: '',
  delivery: '',
  maxTokens: '',
  usd: '',
  tokens: '',
  agents: '',
  minutes: '',
}

export type ReadPhases =
  | { ok: true; phases: LaunchInput['phases']; limits: LimitsInput['phases'] }
  | { ok: false; message: string }

/** Most output tokens a model gives in a turn. */
const MOST_TOKENS = 128_000

/** Longest a limit of time may be: 30 days. */
const MOST_MINUTES = 43_200

type PhaseRequest = {
  settings: NonNullable<LaunchInput['phases']>[string]
  caps: NonNullable<LimitsInput['phases']>[string]
}

/** The phases of a form as a request asks for them; what was left empty is not asked for. */
export function readPhases(forms: Readonly<Record<string, PhaseForm>>): ReadPhases {
  const phases: NonNullable<LaunchInput['phases']> = {}
  const limits: NonNullable<LimitsInput['phases']> = {}
  for (const [title, form] of Object.entries(forms)) {
    const read = readPhase(form)
    if (typeof read === 'string') return { ok: false, message: `${title}: ${read}` }
    if (Object.keys(read.settings).length > 0) phases[title] = read.settings
    if (Object.keys(read.caps).length > 0) limits[title] = read.caps
  }
  return {
    ok: true,
    phases: Object.keys(phases).length === 0 ? undefined : phases,
    limits: Object.keys(limits).length === 0 ? undefined : limits,
  }
}

/** What one phase asks for, or what to enter instead. */
function readPhase(form: PhaseForm): PhaseRequest | string {
  const maxTokens = whole(form.maxTokens, MOST_TOKENS)
  if (maxTokens === null) return 'enter output tokens per turn as a whole number from 1 to 128,000.'
  const usd = dollars(form.usd)
  if (usd === null) return 'enter dollars above 0, such as 1.50.'
  const tokens = whole(form.tokens, 1e12)
  if (tokens === null) return 'enter a whole number of tokens, 1 or more.'
  const agents = whole(form.agents, 100_000)
  if (agents === null) return 'enter a whole number of agents, 1 or more.'
  const minutes = whole(form.minutes, MOST_MINUTES)
  if (minutes === null) return 'enter a whole number of minutes, from 1 to 43,200 (30 days).'
  return {
    settings: {
      ...(form.model.trim() === '' ? {} : { model: form.model.trim() }),
      ...present('effort', effortSchema.safeParse(form.effort).data),
      ...present('speed', speedSchema.safeParse(form.speed).data),
      ...present('delivery', deliverySchema.safeParse(form.delivery).data),
      ...present('maxTokens', maxTokens),
    },
    caps: {
      ...present('usd', usd),
      ...present('tokens', tokens),
      ...present('agents', agents),
      ...present('wallClockSeconds', minutes === undefined ? undefined : minutes * 60),
    },
  }
}

/** How many phases of a form ask for something. */
export function changedPhases(forms: Readonly<Record<string, PhaseForm>>): number {
  return Object.values(forms).filter((form) => Object.values(form).some((text) => text.trim() !== '')).length
}

/** The dollars; undefined for nothing typed, null for what is no amount of the kind. */
function dollars(text: string): number | undefined | null {
  if (text.trim() === '') return undefined
  const usd = parseUsd(text)
  return usd !== undefined && usd > 0 && usd <= 1_000_000 ? usd : null
}

/** The number; undefined for nothing typed, null for what is no number of the kind. */
function whole(text: string, most: number): number | undefined | null {
  if (text.trim() === '') return undefined
  const value = wholeNumber(text)
  return value !== undefined && value > 0 && value <= most ? value : null
}

/** A field that was given; nothing otherwise. */
export function present<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  const one: Partial<Record<K, V>> = {}
  if (value !== undefined) one[key] = value
  return one
}
