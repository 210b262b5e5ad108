import { assertNever } from '@/lib/core/base/assert-never'

/** What fields understand beside plain words: `key:value`, `cost>5`, quotes that hold a value together. */
export type Operator = ':' | '>' | '>=' | '<' | '<='
export type Term = { raw: string; key: string; operator: Operator; value: string }
export type Word = { text: string; source: string; isQuoted: boolean }

const operators: readonly Operator[] = [':', '>', '>=', '<', '<=']
const NANO = 1_000_000_000
/** As much as the API takes. */
const LARGEST = 1_000_000

const aWord = /(?:"[^"]*(?:"|$)|[^\s"])+/g

/**
 * Words between spaces; a quote holds spaces together and, at the beginning of a word, makes it plain text.
 */
export function wordsOf(typed: string): Word[] {
  return [...typed.matchAll(aWord)].map(([source]) => ({
    text: source.replaceAll('"', ''),
    source,
    isQuoted: source.startsWith('"'),
  }))
}

/** The word that is written at a place of the text: from where to where, and what of it is there. */
export function wordAt(typed: string, caret: number): { from: number; until: number; text: string } {
  for (const match of typed.matchAll(aWord)) {
    const [from, until] = [match.index, match.index + match[0].length]
    if (caret >= from && caret <= until) return { from, until, text: typed.slice(from, caret) }
  }
  return { from: caret, until: caret, text: '' }
}

/** A value as it is typed behind a colon: in quotes where it holds spaces. */
export function asValue(value: string): string {
  return /\s/.test(value) ? `"${value}"` : value
}

/** A word as a filter, known or not; null for one that only looks like a title or an address. */
export function termOf(raw: string, isKnown: (key: string) => boolean): Term | null {
  const match = /^([a-z]+)(:|>=|<=|>|<)(.*)$/is.exec(raw)
  if (match === null) return null
  const [, key = '', sign = '', value = ''] = match
  const operator = operators.find((one) => one === sign)
  if (operator === undefined) return null
  const name = key.toLowerCase()
  // "Fix: the list" and "a->b" are titles; only what looks like a filter is told to be none.
  const looksLikeFilter = isKnown(name) || (operator === ':' && value !== '' && !value.startsWith('/'))
  return looksLikeFilter ? { raw, key: name, operator, value } : null
}

/** What a term asks for, or why it is no filter. */
export type Reading<S> = { found: Partial<S> } | { hint: string }

/**
 * Everything typed, understood: filters one after the other, each in the light of those before it; the words
 * that are none; and what was not understood, in sentences. Nothing typed is lost: what is no filter is a
 * word.
 */
export function readSearch<S extends object>(
  typed: string,
  nothing: S,
  isKnown: (key: string) => boolean,
  read: (term: Term, sofar: S) => Reading<S>,
): S & { text: string; hints: string[] } {
  const words: string[] = []
  const hints: string[] = []
  let search = nothing
  for (const word of wordsOf(typed)) {
    const term = word.isQuoted ? null : termOf(word.text, isKnown)
    if (term === null) {
      words.push(word.text)
      continue
    }
    const reading = read(term, search)
    if ('found' in reading) {
      search = { ...search, ...reading.found }
      continue
    }
    hints.push(reading.hint)
    if (term.value !== '') words.push(term.raw)
  }
  return { ...search, text: words.join(' ').trim(), hints }
}

/**
 * Names from a list, divided by commas, added to those asked for before; null where one is not in the list.
 */
export function readChoices<T extends string>(
  value: string,
  all: readonly T[],
  sofar: readonly T[],
): T[] | null {
  const asked = new Set(value.toLowerCase().split(',').filter(Boolean))
  const isKnown = asked.size > 0 && [...asked].every((one) => all.some((name) => name === one))
  return isKnown ? all.filter((name) => asked.has(name) || sofar.includes(name)) : null
}

/** Both ends included; null asks for nothing. */
export type Bounds = { min: number | null; max: number | null }

/**
 * A bound of dollars (in nanodollars) or of a count; or why it is none. `elsewhere` says what becomes of the
 * word.
 */
export function readBound(term: Term, isDollars: boolean, elsewhere: string): Bounds | { hint: string } {
  const { raw, key, operator, value } = term
  const cleaned = isDollars ? value.replace(/^\$/, '') : value
  if (!(isDollars ? /^\d*\.?\d+$/ : /^\d+$/).test(cleaned) || Number(cleaned) >= LARGEST)
    return {
      hint: `“${raw}” ${elsewhere}: write ${isDollars ? `dollars, like ${key}>0.5` : `a number, like ${key}>100`}.`,
    }
  const amount = Math.round(Number(cleaned) * (isDollars ? NANO : 1))
  if (operator === '<' && amount === 0) return { hint: `“${raw}” ${elsewhere}: nothing is less than zero.` }
  return rangeOf(operator, amount)
}

/** Whole amounts with both ends included: above 5 is from 5 and one on. */
function rangeOf(operator: Operator, amount: number): Bounds {
  switch (operator) {
    case '>':
      return { min: amount + 1, max: null }
    case '>=':
      return { min: amount, max: null }
    case '<':
      return { min: null, max: amount - 1 }
    case '<=':
      return { min: null, max: amount }
    case ':':
      return { min: amount, max: amount }
    default:
      return assertNever(operator)
  }
}
