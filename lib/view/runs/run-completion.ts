import type { RunFilters } from '@/lib/api/runs'
import { runKinds, runStatuses } from '@/lib/core/spec/run-status'
import { runStatusDisplay } from '../agent/status-display'
import { asValue, wordAt } from '../format/search-words'

/** Something to put in the place of the word that is being typed. */
export type Completion = { text: string; hint: string }

/** What can be put where: `from` and `until` are places in what was typed. */
export type Completions = { from: number; until: number; options: Completion[] }

/** As many as are read at a glance. */
const MOST = 8

const keys: readonly Completion[] = [
  { text: 'status:', hint: 'running, failed, paused…' },
  { text: 'workflow:', hint: 'by its name' },
  { text: 'tag:', hint: 'one of its tags' },
  { text: 'user:', hint: 'who launched it' },
  { text: 'is:', hint: 'real, simulated or dry-run' },
  { text: 'cost>', hint: 'dollars spent' },
  { text: 'agents>', hint: 'number of agents' },
]

/** Amounts worth a suggestion. */
const amounts: Readonly<Record<string, readonly string[]>> = {
  cost: ['0.1', '1', '5', '20'],
  agents: ['10', '100', '1000'],
}

/** What completes the word at the caret: names of filters, or the values of the one that was begun. */
export function runCompletions(typed: string, caret: number, names: RunFilters): Completions {
  const { from, until, text } = wordAt(typed, caret)
  const term = /^([a-z]+)(:|>=?|<=?)(.*)$/i.exec(text)
  const options =
    term === null ? ofWord(text, names) : ofTerm(term[1] ?? '', term[2] ?? '', term[3] ?? '', names)
  return {
    from,
    until,
    options: options.filter((one) => one.text !== typed.slice(from, until)).slice(0, MOST),
  }
}

/** What was typed once an option is in its place, and where the caret is then. */
export function complete(typed: string, { from, until }: Completions, { text }: Completion) {
  const isOpen = /[:<>]$/.test(text)
  const rest = typed.slice(until).trimStart()
  const head = `${typed.slice(0, from)}${text}${isOpen ? '' : ' '}`
  return { typed: `${head}${isOpen && rest !== '' ? ' ' : ''}${rest}`, caret: head.length }
}

function ofWord(word: string, names: RunFilters): Completion[] {
  const lower = word.toLowerCase()
  const found = keys.filter(({ text }) => text.startsWith(lower))
  if (lower === '') return found
  const values = ['status', 'tag', 'workflow', 'user', 'is'].flatMap((key) => valuesOf(key, '', names))
  return [
    ...found,
    ...values.filter(({ text }) => text.slice(text.indexOf(':')).toLowerCase().includes(lower)),
  ]
}

function ofTerm(key: string, sign: string, value: string, names: RunFilters): Completion[] {
  const name = key.toLowerCase()
  const known = amounts[name]
  if (known !== undefined)
    return known
      .filter((amount) => amount.startsWith(value))
      .map((amount) => ({ text: `${name}${sign}${amount}`, hint: name === 'cost' ? 'dollars' : 'agents' }))
  if (sign !== ':') return []
  const [, before = '', last = ''] = /^(.*,)?(.*)$/.exec(value.replaceAll('"', '')) ?? []
  const isListed = name === 'status'
  const lower = last.toLowerCase()
  return valuesOf(name, isListed ? before : '', names).filter(({ text }) =>
    text
      .slice(text.indexOf(':') + 1 + (isListed ? before.length : 0))
      .toLowerCase()
      .includes(lower),
  )
}

function valuesOf(key: string, before: string, names: RunFilters): Completion[] {
  const option = (value: string, hint: string) => ({ text: `${key}:${before}${asValue(value)}`, hint })
  switch (key) {
    case 'status':
      return runStatuses
        .filter((status) => !before.split(',').includes(status))
        .map((status) => option(status, runStatusDisplay(status).label))
    case 'is':
      return runKinds.map((kind) => option(kind, 'kind of run'))
    case 'tag':
      return names.tags.map((tag) => option(tag, 'tag'))
    case 'user':
      return names.users.map((user) => option(user, 'launched by'))
    case 'workflow':
      return names.workflows.map((workflow) => option(workflow, 'workflow'))
    default:
      return []
  }
}
