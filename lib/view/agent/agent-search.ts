import { sentenceList } from '../format/numbers'
import {
  type Bounds,
  type Reading,
  readBound,
  readChoices,
  readSearch,
  type Term,
} from '../format/search-words'
import { type DisplayStatus, displayStatuses } from './status-display'

/** What somebody typed above the agents of a run, understood. */
export type AgentSearch = {
  /** Words to find in a label, a model, a prompt or an answer. */
  text: string
  displayStatuses: readonly DisplayStatus[]
  /** Parts of a phase's title and of a model's name. */
  phase: string | null
  model: string | null
  cost: Bounds
  tokens: Bounds
  /** What was not understood, in sentences; those words are searched for literally. */
  hints: readonly string[]
}

type Filters = Omit<AgentSearch, 'text' | 'hints'>

/** What the field understands, to be told. */
export const agentSearchSyntax = 'state: phase: model: cost> cost< tokens> tokens<'

const free: Bounds = { min: null, max: null }
const nothing: Filters = { displayStatuses: [], phase: null, model: null, cost: free, tokens: free }
const elsewhere = 'is searched as text'
const named = ['phase', 'model'] as const
const counted = ['cost', 'tokens'] as const
const isKnown = (key: string) => [...named, ...counted, 'state'].some((one) => one === key)

/** Reads `state:failed,stalled phase:review cost>0.5 text`. */
export function parseAgentSearch(typed: string): AgentSearch {
  return readSearch(typed, nothing, isKnown, read)
}

function read(term: Term, sofar: Filters): Reading<Filters> {
  const { raw, key, operator, value } = term
  if (!isKnown(key))
    return { hint: `“${key}:” is no filter, so “${raw}” ${elsewhere}. Filters: ${agentSearchSyntax}` }
  if (value === '') return { hint: `“${raw}” needs a value.` }
  const number = counted.find((one) => one === key)
  if (number !== undefined) {
    const bounds = readBound(term, number === 'cost', elsewhere)
    if ('hint' in bounds) return bounds
    const before = sofar[number]
    return { found: { [number]: { min: bounds.min ?? before.min, max: bounds.max ?? before.max } } }
  }
  if (operator !== ':') return { hint: `“${raw}” ${elsewhere}: write ${key}:${value.replace(/^=/, '')}.` }
  const name = named.find((one) => one === key)
  if (name === undefined) {
    const asked = readChoices(value, displayStatuses, sofar.displayStatuses)
    return asked === null
      ? { hint: `“${raw}” ${elsewhere}: a state is ${sentenceList(displayStatuses)}.` }
      : { found: { displayStatuses: asked } }
  }
  if (sofar[name] === null) return { found: { [name]: value } }
  return { hint: `An agent has one ${name}, so “${raw}” ${elsewhere}.` }
}
