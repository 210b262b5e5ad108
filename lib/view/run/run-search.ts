import { type RunKind, runKinds } from '@/lib/core/ports/run-store'
import { type RunStatus, runStatuses } from '@/lib/core/spec/run'
import { sentenceList } from '../format/numbers'
import {
  type Reading,
  readBound,
  readChoices,
  readSearch,
  type Term,
  termOf,
  wordsOf,
} from '../format/search-words'

/** The parsed search above the list of runs. Bounds are inclusive; null is no condition. */
export type RunSearch = {
  /** Words to find in the title. */
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

type Filters = Omit<RunSearch, 'text' | 'hints'>

const nothing: Filters = {
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

/** Reads `status:running cost>5 tag:"two words" text`. */
export function parseRunSearch(typed: string): RunSearch {
  return readSearch(typed, nothing, isKnown, read)
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

function read(term: Term, sofar: Filters): Reading<Filters> {
  const { raw, key, operator, value } = term
  if (!isKnown(key))
    return { hint: `“${key}:” is no filter, so “${raw}” is searched in titles. Filters: ${searchSyntax}` }
  if (value === '') return { hint: `“${raw}” needs a value.` }
  const number = counted.find((one) => one === key)
  if (number !== undefined) return readNumber(term, number)
  if (operator !== ':')
    return { hint: `“${raw}” is searched in titles: write ${key}:${value.replace(/^=/, '')}.` }
  const name = named.find((one) => one === key)
  if (name !== undefined) {
    if (sofar[name] === null) return { found: { [name]: value } }
    return { hint: `Runs can be filtered by one ${name} at a time, so “${raw}” is searched in titles.` }
  }
  if (key === 'is') return readKind(raw, value)
  return readStatuses(raw, value, sofar.statuses)
}

function readKind(raw: string, value: string): Reading<Filters> {
  const kind = runKinds.find((one) => one === value.toLowerCase())
  if (kind !== undefined) return { found: { kind } }
  return { hint: `“${raw}” is searched in titles: a run is ${sentenceList(runKinds)}.` }
}

function readStatuses(raw: string, value: string, sofar: readonly RunStatus[]): Reading<Filters> {
  const statuses = readChoices(value, runStatuses, sofar)
  if (statuses !== null) return { found: { statuses } }
  return { hint: `“${raw}” is searched in titles: a status is ${sentenceList(runStatuses)}.` }
}

function readNumber(term: Term, key: (typeof counted)[number]): Reading<Filters> {
  const bounds = readBound(term, key === 'cost', 'is searched in titles')
  if ('hint' in bounds) return bounds
  const { min, max } = bounds
  if (key === 'cost')
    return {
      found: { ...(min === null ? {} : { minNanoUsd: min }), ...(max === null ? {} : { maxNanoUsd: max }) },
    }
  return {
    found: { ...(min === null ? {} : { minAgents: min }), ...(max === null ? {} : { maxAgents: max }) },
  }
}
