import { sentenceList } from './numbers'
import { type Bounds, readBound, type Term, termOf, wordsOf } from './search-words'
import { type Mark, marks } from './states'

/** What somebody typed above the agents of a run, understood. */
export type AgentSearch = {
  /** Words that stand in a label, a model, a prompt or an answer. */
  text: string
  marks: readonly Mark[]
  /** Parts of a phase's title and of a model's name. */
  phase: string | null
  model: string | null
  cost: Bounds
  tokens: Bounds
  /** What was not understood, in sentences; those words are searched for as they stand. */
  hints: readonly string[]
}

/** What the field understands, to be told. */
export const agentSearchSyntax = 'state: phase: model: cost> cost< tokens> tokens<'

const free: Bounds = { min: null, max: null }
const nothing: Omit<AgentSearch, 'text' | 'hints'> = { marks: [], phase: null, model: null, cost: free, tokens: free }
const elsewhere = 'is looked for as it stands'
const named = ['phase', 'model'] as const
const counted = ['cost', 'tokens'] as const
const isKnown = (key: string) => [...named, ...counted, 'state'].some((one) => one === key)

type Found = Partial<Omit<AgentSearch, 'text' | 'hints'>>

/** Reads `state:failed,stalled phase:review cost>0.5 text`. Nothing typed is lost: what is no filter is a word. */
export function parseAgentSearch(typed: string): AgentSearch {
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

function read(term: Term, sofar: Omit<AgentSearch, 'text' | 'hints'>): { found: Found } | { hint: string } {
  const { raw, key, operator, value } = term
  if (!isKnown(key)) return { hint: `“${key}:” is no filter, so “${raw}” ${elsewhere}. Filters: ${agentSearchSyntax}` }
  if (value === '') return { hint: `“${raw}” wants a value after it.` }
  const number = counted.find((one) => one === key)
  if (number !== undefined) {
    const bounds = readBound(term, number === 'cost', elsewhere)
    if ('hint' in bounds) return bounds
    const before = sofar[number]
    return { found: { [number]: { min: bounds.min ?? before.min, max: bounds.max ?? before.max } } }
  }
  if (operator !== ':') return { hint: `“${raw}” ${elsewhere}: write ${key}:${value.replace(/^=/, '')}.` }
  const name = named.find((one) => one === key)
  if (name === undefined) return readMarks(raw, value, sofar.marks)
  if (sofar[name] === null) return { found: { [name]: value } }
  return { hint: `An agent has one ${name}, so “${raw}” ${elsewhere}.` }
}

function readMarks(raw: string, value: string, sofar: readonly Mark[]): { found: Found } | { hint: string } {
  const asked = value.toLowerCase().split(',').filter(Boolean)
  const known = marks.filter((mark) => asked.includes(mark))
  if (known.length > 0 && known.length === new Set(asked).size)
    return { found: { marks: marks.filter((mark) => known.includes(mark) || sofar.includes(mark)) } }
  return { hint: `“${raw}” ${elsewhere}: a state is ${sentenceList(marks)}.` }
}
