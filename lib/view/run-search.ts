import { type RunStatus, runStatuses } from '@/lib/core/run'
import type { RunKind } from '@/lib/core/store'
import { runKinds } from '@/lib/core/store'
import { sentenceList } from './numbers'
import { readBound, type Term, termOf, wordsOf } from './search-words'

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

/** Reads `status:running cost>5 tag:"two words" text`. Nothing typed is lost: what is no filter is a word. */
export function parseRunSearch(typed: string): RunSearch {
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

/** What was typed without its statuses, for the select beside the field. */
export function withoutStatus(typed: string): string {
  return wordsOf(typed)
    .filter((word) => word.isQuoted || termOf(word.text, isKnown)?.key !== 'status')
    .map(({ source }) => source)
    .join(' ')
}

const named = ['workflow', 'user', 'tag'] as const
const counted = ['cost', 'agents'] as const
const isKnown = (key: string) => [...named, ...counted, 'status', 'is'].some((one) => one === key)

function read(term: Term, sofar: Omit<RunSearch, 'text' | 'hints'>): Reading {
  const { raw, key, operator, value } = term
  if (!isKnown(key))
    return { hint: `“${key}:” is no filter, so “${raw}” is looked for in titles. Filters: ${searchSyntax}` }
  if (value === '') return { hint: `“${raw}” wants a value after it.` }
  const number = counted.find((one) => one === key)
  if (number !== undefined) return readNumber(term, number)
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

function readNumber(term: Term, key: (typeof counted)[number]): Reading {
  const bounds = readBound(term, key === 'cost', 'is looked for in titles')
  if ('hint' in bounds) return bounds
  const { min, max } = bounds
  if (key === 'cost')
    return { found: { ...(min === null ? {} : { minNanoUsd: min }), ...(max === null ? {} : { maxNanoUsd: max }) } }
  return { found: { ...(min === null ? {} : { minAgents: min }), ...(max === null ? {} : { maxAgents: max }) } }
}
