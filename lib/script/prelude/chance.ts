import { ask } from './host'
import { construct, RealDate, RealError } from './taken-aside'

// What would tell the time or throw dice is refused when it is called; what the engine formats otherwise than
// V8, V8 says.

function noChance(what: string): never {
  throw new RealError(
    `${what} is not available: it would give another answer when the run is resumed. Pass it in through args.`,
  )
}

function SkeinDate(...values: unknown[]): object {
  if (!new.target) noChance('Date()')
  if (values.length === 0) noChance('new Date() without arguments')
  return construct(RealDate, values, new.target)
}
SkeinDate.prototype = RealDate.prototype
SkeinDate.UTC = RealDate.UTC
SkeinDate.parse = RealDate.parse
SkeinDate.now = () => noChance('Date.now()')

const performance = { now: () => noChance('performance.now()') }
const crypto = {
  randomUUID: () => noChance('crypto.randomUUID()'),
  getRandomValues: () => noChance('crypto.getRandomValues()'),
}

/** Replaces what the engine brings along itself. */
export function replaceBuiltIns(): void {
  RealDate.prototype.constructor = SkeinDate
  Object.defineProperty(globalThis, 'Date', {
    value: SkeinDate,
    writable: true,
    configurable: true,
    enumerable: false,
  })
  Math.random = () => noChance('Math.random()')
  define(String.prototype, 'localeCompare', function (this: unknown, other, locales, options) {
    return ask('compare', { a: String(this), b: String(other), locales, options })
  })
  define(Number.prototype, 'toLocaleString', function (this: unknown, locales, options) {
    return ask('format-number', { value: Number(this), text: String(this), locales, options })
  })
  for (const kind of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'])
    define(RealDate.prototype, kind, function (this: Date, locales, options) {
      return ask('format-date', { kind, value: this.getTime(), locales, options })
    })
}

function define(prototype: object, name: string, value: (...values: unknown[]) => unknown): void {
  Object.defineProperty(value, 'name', { value: name, configurable: true })
  Object.defineProperty(prototype, name, { value, writable: true, configurable: true, enumerable: false })
}

function timeOf(date: Date | number | undefined): number {
  if (date === undefined) return noChance('Formatting the present time')
  return typeof date === 'number' ? date : date.getTime()
}

class NumberFormat {
  format: (value: unknown) => unknown
  constructor(locales?: unknown, options?: unknown) {
    this.format = (value) =>
      ask('format-number', { value: Number(value), text: String(value), locales, options })
  }
}

class DateTimeFormat {
  format: (date?: Date | number) => unknown
  constructor(locales?: unknown, options?: unknown) {
    const kind = options === undefined ? 'toLocaleDateString' : 'toLocaleString'
    this.format = (date) => ask('format-date', { kind, value: timeOf(date), locales, options })
  }
  resolvedOptions() {
    return { locale: 'en-US', timeZone: 'UTC' }
  }
}

class Collator {
  compare: (a: unknown, b: unknown) => unknown
  constructor(locales?: unknown, options?: unknown) {
    this.compare = (a, b) => ask('compare', { a: String(a), b: String(b), locales, options })
  }
}

/** What is defined for scripts, by name. */
export const chanceGlobals = { performance, crypto, Intl: { NumberFormat, DateTimeFormat, Collator } }
