import { assertNever } from '@/lib/core/assert-never'
import { type RunStatus, runStatuses } from '@/lib/core/run'
import type { RunKind } from '@/lib/core/store'
import { runKinds } from '@/lib/core/store'
import { sentenceList } from './numbers'

/** What somebody typed above the list of runs, understood. Bounds are inclusive; null asks for nothing. */
export type RunSearch = {
  /** Words that stand in the title. */
  text: string
  statuses: readonly RunStatus[]
  workflow: string | null
  user: string | null
  tag: string | null
  kind: RunKind | null
  minNanoUsd: number | null
  maxNanoUsd: number | null
  minAgents: number | null
  maxAgents: number | null
  /** What was not understood, in sentences; those words are searched for in titles. */
  hints: readonly string[]
}

/** What the field understands, to be told. */
export const searchSyntax = 'status: workflow: user: tag: is: cost> cost< agents> agents<'

type Operator = ':' | '>' | '>=' | '<' | '<='
type Term = { raw: string; key: string; operator: Operator; value: string }
type Found = Partial<Omit<RunSearch, 'text' | 'hints' | 'statuses'>> & { statuses?: readonly RunStatus[] }
/** A filter, or why a term is none. */
type Reading = { found: Found } | { hint: string }

const nothing: Omit<RunSearch, 'text' | 'hints'> = {
  statuses: [],
  workflow: null,
  user: null,
  tag: null,
  kind: null,
  minNanoUsd: null,
  maxNanoUsd: null,
  minAgents: null,
  maxAgents: null,
}

const NANO = 1_000_000_000
/** As much as the API takes. */
const LARGEST = 1_000_000

/** Reads `status:running cost>5 tag:"two words" text`. Nothing typed is lost: what is no filter is a word. */
export function parseRunSearch(typed: string): RunSearch {
  const words: string[] = []
  const hints: string[] = []
  let search = nothing
  for (const word of wordsOf(typed)) {
    const term = word.isQuoted ? null : termOf(word.text)
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

/** What was typed without its statuses, for the select beside the field. */
export function withoutStatus(typed: string): string {
  return wordsOf(typed)
    .filter((word) => word.isQuoted || termOf(word.text)?.key !== 'status')
    .map(({ source }) => source)
    .join(' ')
}

type Word = { text: string; source: string; isQuoted: boolean }

/** Words between spaces; a quote holds spaces together and, at the beginning of a word, makes it plain text. */
function wordsOf(typed: string): Word[] {
  return [...typed.matchAll(/(?:"[^"]*(?:"|$)|[^\s"])+/g)].map(([source]) => ({
    text: source.replaceAll('"', ''),
    source,
    isQuoted: source.startsWith('"'),
  }))
}

function termOf(raw: string): Term | null {
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

const operators: readonly Operator[] = [':', '>', '>=', '<', '<=']
const named = ['workflow', 'user', 'tag'] as const
const counted = ['cost', 'agents'] as const
const isKnown = (key: string) => [...named, ...counted, 'status', 'is'].some((one) => one === key)

function read(term: Term, sofar: Omit<RunSearch, 'text' | 'hints'>): Reading {
  const { raw, key, operator, value } = term
  if (!isKnown(key))
    return { hint: `“${key}:” is no filter, so “${raw}” is looked for in titles. Filters: ${searchSyntax}` }
  if (value === '') return { hint: `“${raw}” wants a value after it.` }
  const number = counted.find((one) => one === key)
  if (number !== undefined) return readBound(term, number)
  if (operator !== ':') return { hint: `“${raw}” is looked for in titles: write ${key}:${value.replace(/^=/, '')}.` }
  const name = named.find((one) => one === key)
  if (name !== undefined) {
    if (sofar[name] === null) return { found: { [name]: value } }
    return { hint: `A run is asked for one ${name} at a time, so “${raw}” is looked for in titles.` }
  }
  if (key === 'is') return readKind(raw, value)
  return readStatuses(raw, value, sofar.statuses)
}

function readKind(raw: string, value: string): Reading {
  const kind = runKinds.find((one) => one === value.toLowerCase())
  if (kind !== undefined) return { found: { kind } }
  return { hint: `“${raw}” is looked for in titles: a run is ${sentenceList(runKinds)}.` }
}

function readStatuses(raw: string, value: string, sofar: readonly RunStatus[]): Reading {
  const asked = value.toLowerCase().split(',').filter(Boolean)
  const known = runStatuses.filter((status) => asked.includes(status))
  if (known.length > 0 && known.length === new Set(asked).size)
    return { found: { statuses: runStatuses.filter((status) => known.includes(status) || sofar.includes(status)) } }
  return { hint: `“${raw}” is looked for in titles: a status is ${sentenceList(runStatuses)}.` }
}

function readBound({ raw, operator, value }: Term, key: (typeof counted)[number]): Reading {
  const isCost = key === 'cost'
  const cleaned = isCost ? value.replace(/^\$/, '') : value
  if (!(isCost ? /^\d*\.?\d+$/ : /^\d+$/).test(cleaned) || Number(cleaned) >= LARGEST)
    return {
      hint: `“${raw}” is looked for in titles: write ${isCost ? 'dollars, like cost>0.5' : 'a number, like agents>100'}.`,
    }
  const amount = Math.round(Number(cleaned) * (isCost ? NANO : 1))
  if (operator === '<' && amount === 0) return { hint: `“${raw}” is looked for in titles: nothing is less than zero.` }
  const { min, max } = rangeOf(operator, amount)
  if (isCost)
    return { found: { ...(min === null ? {} : { minNanoUsd: min }), ...(max === null ? {} : { maxNanoUsd: max }) } }
  return { found: { ...(min === null ? {} : { minAgents: min }), ...(max === null ? {} : { maxAgents: max }) } }
}

/** Whole amounts with both ends included: above 5 is from 5 and one on. */
function rangeOf(operator: Operator, amount: number): { min: number | null; max: number | null } {
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
