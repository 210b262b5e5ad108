import type { RunSummary } from '@/lib/api/first/run-list'
import { agentCount } from '@/lib/core/agent/agent-status'
import { type RunKind, type RunStatus, runKinds, runStatuses } from '@/lib/core/spec/run-status'
import { runStatusDisplay } from '../agent/status-display'
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

/** Everything typed but one word, told by its place among the words. */
export function withoutWord(typed: string, index: number): string {
  return wordsOf(typed)
    .filter((_, at) => at !== index)
    .map(({ source }) => source)
    .join(' ')
}

/** A filter among the words, to be shown as a chip: `index` is its place among all words. */
export type FilterChip = { index: number; source: string; label: string }

/** The filters that were typed and understood. */
export function filterChips(typed: string): FilterChip[] {
  return wordsOf(typed).flatMap(({ text, source, isQuoted }, index): FilterChip[] => {
    const term = isQuoted ? null : termOf(text, isKnown)
    if (term === null || parseRunSearch(source).hints.length > 0) return []
    return [{ index, source, label: chipLabel(term) }]
  })
}

function chipLabel({ key, operator, value }: Term): string {
  if (key === 'status')
    return `Status: ${value
      .split(',')
      .map((one) => runStatuses.find((status) => status === one.toLowerCase()))
      .map((status) => (status === undefined ? '' : runStatusDisplay(status).label))
      .join(' or ')}`
  const name = `${key.charAt(0).toUpperCase()}${key.slice(1)}`
  if (key === 'cost') return `Cost ${operator === ':' ? '=' : operator} $${value.replace(/^\$/, '')}`
  if (key === 'agents') return `Agents ${operator === ':' ? '=' : operator} ${value}`
  return `${name}: ${value}`
}

/**
 * Whether a run passes what is typed and picked, as far as the page knows it: while the server has not yet
 * answered a new filter, no row is shown that contradicts it.
 */
export function matchesSearch(run: RunSummary, typed: string, status: string): boolean {
  const search = parseRunSearch(typed)
  const statuses: readonly string[] =
    search.statuses.length > 0 ? search.statuses : status.split(',').filter(Boolean)
  const agents = agentCount(run.totals.agents)
  const isSame = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
  return (
    (statuses.length === 0 || statuses.includes(run.status)) &&
    run.title.toLowerCase().includes(search.text.toLowerCase()) &&
    (search.workflow === null || run.workflow === search.workflow) &&
    (search.user === null || isSame(run.launchedBy.name, search.user)) &&
    (search.tag === null || run.tags.some((tag) => isSame(tag, search.tag ?? ''))) &&
    (search.kind === null || kindOf(run) === search.kind) &&
    isWithin(run.totals.spentNanoUsd, search.minNanoUsd, search.maxNanoUsd) &&
    isWithin(agents, search.minAgents, search.maxAgents)
  )
}

function kindOf({ isDryRun, isImported, simulated }: RunSummary): RunKind {
  if (isImported) return 'imported'
  if (isDryRun) return 'dry-run'
  return simulated ? 'simulated' : 'real'
}

function isWithin(amount: number, min: number | null, max: number | null): boolean {
  return (min === null || amount >= min) && (max === null || amount <= max)
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
