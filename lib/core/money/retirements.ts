import type { Speed } from '../spec/run'
import { defaultModel } from './models'

/** What its provider takes away, and the last UTC day on which it can be had. */
type Retirement = { model: string; of: 'model' | 'fast'; lastDay: string; successor: string }

/**
 * Retirements with a firm date, from the model and fast-mode pages of November 2026; kept beside the price
 * list.
 */
const retirements: readonly Retirement[] = [
  { model: 'claude-sonnet-4-5', of: 'model', lastDay: '2026-11-30', successor: 'claude-sonnet-5-5' },
  { model: 'claude-opus-4-8', of: 'fast', lastDay: '2026-11-30', successor: 'claude-opus-5-5' },
]

/**
 * Models that were promised until a day, without a date of their retirement: they may go at any time after
 * it.
 */
const promises: readonly { model: string; until: string; successor: string }[] = [
  { model: 'claude-opus-4-5', until: '2026-11-24', successor: 'claude-opus-5-5' },
  { model: 'claude-haiku-4-5', until: '2026-10-15', successor: 'claude-haiku-5-5' },
]

/** Days before a retirement from which a note is shown. */
const NOTICE_DAYS = 60
const DAY_MS = 86_400_000

/**
 * The sentence a request for this model at this speed is refused with on a UTC day; null while it can be had.
 */
export function retiredSentence(model: string, speed: Speed, day: string): string | null {
  const own = retirementsOf(model, speed).find(({ lastDay }) => day > lastDay)
  if (own === undefined) return null
  return own.of === 'model'
    ? `${model} was retired on ${own.lastDay}: ask for ${own.successor} instead.`
    : `Fast mode of ${model} was taken away on ${own.lastDay}: ask for ${own.successor} instead, or for standard speed.`
}

/** Whether a model can still be asked in fast mode on a UTC day, as far as dates say. */
export function hasFastUntil(model: string, day: string): boolean {
  return retirementsOf(model, 'fast').every(({ of, lastDay }) => of !== 'fast' || day <= lastDay)
}

/** What somebody choosing a model should know of its end; null when no end is near. */
export function retirementNote(model: string, speed: Speed, day: string): string | null {
  const retired = retiredSentence(model, speed, day)
  if (retired !== null) return retired
  const soon = retirementsOf(model, speed).find(({ lastDay }) => daysBetween(day, lastDay) <= NOTICE_DAYS)
  if (soon !== undefined) {
    const what = soon.of === 'model' ? model : `Fast mode of ${model}`
    return `${what} can be had until ${soon.lastDay}; after that day it is refused. Its successor is ${soon.successor}.`
  }
  const promised = promises.find((one) => one.model === undated(model))
  return promised === undefined || day <= promised.until
    ? null
    : `${model} was promised until ${promised.until} and may be retired at any time. Its successor is ${promised.successor}.`
}

/** What the provider's own list says, beside the dates above; shared by all copies of this module in a process. */
const LISTED = Symbol.for('skein.listed-retirements')
const holder: { [LISTED]?: readonly Retirement[] } & typeof globalThis = globalThis

/**
 * Takes in the days from which the provider will refuse its models (Models API, UTC days); the last list
 * counts. A model without a successor here is told to be replaced by the default one.
 */
export function learnRetirements(models: readonly { id: string; retiresAt: string | null }[]): void {
  const learnt = models.flatMap(({ id, retiresAt }) =>
    retiresAt === null ||
    Number.isNaN(Date.parse(retiresAt)) ||
    retirements.some(({ model, of }) => of === 'model' && model === undated(id))
      ? []
      : [
          {
            model: undated(id),
            of: 'model' as const,
            lastDay: dayBefore(retiresAt),
            successor: defaultModel,
          },
        ],
  )
  holder[LISTED] = learnt
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - DAY_MS).toISOString().slice(0, 10)
}

function retirementsOf(model: string, speed: Speed): Retirement[] {
  return [...retirements, ...(holder[LISTED] ?? [])].filter(
    (one) => one.model === undated(model) && (one.of === 'model' || speed === 'fast'),
  )
}

function undated(model: string): string {
  return model.replace(/-\d{8}$/, '')
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS
}
