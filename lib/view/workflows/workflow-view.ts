import type { PlannedCall, SourceProblem, WorkflowCheck, WorkflowSummary } from '@/lib/api/workflows'
import { assertNever } from '@/lib/core/base/assert-never'
import type { WorkflowOrigin } from '@/lib/core/spec/run'
import type { Order } from '../format/order'

/** What a person calls each origin. */
export const originLabels: Readonly<Record<WorkflowOrigin, string>> = {
  'built-in': 'Built-in',
  saved: 'Saved',
  imported: 'Imported',
  workspace: 'In the folder',
}

/** Workflows of an origin whose name or description holds every word. */
export function filterWorkflows(
  workflows: readonly WorkflowSummary[],
  { origin, q }: { origin: string; q: string },
): WorkflowSummary[] {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean)
  return workflows.filter((workflow) => {
    const text = `${workflow.name} ${workflow.description}`.toLowerCase()
    return (origin === '' || workflow.origin === origin) && words.every((word) => text.includes(word))
  })
}

/** What the library can be sorted by. */
export const libraryOrders = ['name', 'origin', 'last-run', 'runs', 'cost', 'time'] as const
export type LibraryOrder = (typeof libraryOrders)[number]

export const libraryLabels: Readonly<Record<LibraryOrder, string>> = {
  name: 'Workflow',
  origin: 'Origin',
  'last-run': 'Last run',
  runs: 'Runs',
  cost: 'Median cost',
  time: 'Median time',
}

/** Columns in which the largest, or the newest, is what one looks for. */
export const largestInLibrary: ReadonlySet<LibraryOrder> = new Set(['last-run', 'runs', 'cost', 'time'])

/** Workflows in an order; what has no value for it stands last, and equal ones by name. */
export function sortWorkflows(
  workflows: readonly WorkflowSummary[],
  order: Order<LibraryOrder> | null,
): WorkflowSummary[] {
  const { column, descends } = order ?? { column: 'name', descends: false }
  const sign = descends ? -1 : 1
  return [...workflows].sort((a, b) => {
    const [one, two] = [placeOf(a, column), placeOf(b, column)]
    const byName = a.name.localeCompare(b.name, 'en')
    if (one === null || two === null) return Number(one === null) - Number(two === null) || byName
    return sign * (one < two ? -1 : Number(one > two)) || byName
  })
}

function placeOf({ name, origin, usage }: WorkflowSummary, column: LibraryOrder): string | number | null {
  switch (column) {
    case 'name':
      return name.toLowerCase()
    case 'origin':
      return originLabels[origin]
    case 'last-run':
      return usage.lastRun?.at ?? null
    case 'runs':
      return usage.runs
    case 'cost':
      return usage.medianCostNanoUsd
    case 'time':
      return usage.medianDurationMs
    default:
      return assertNever(column)
  }
}

/** A workflow that people may change; built-in ones stay as they are shipped. */
export function isOwn({ origin }: { origin: WorkflowOrigin }): boolean {
  return origin === 'saved' || origin === 'imported'
}

/** `Line 3, column 11: what is wrong`. */
export function problemText({ line, column, message }: SourceProblem): string {
  if (line === null) return message
  return `Line ${line}${column === null ? '' : `, column ${column}`}: ${message}`
}

/** Why a source cannot be saved as it is; null when it can. `ownName` is the workflow that is edited. */
export function saveObstacle(check: WorkflowCheck | undefined, ownName: string | null): string | null {
  if (check === undefined) return null
  const [problem] = check.problems
  if (problem !== undefined) return problemText(problem)
  const name = check.meta?.name
  if (check.nameTakenBy === null || name === ownName) return null
  if (check.nameTakenBy === 'built-in')
    return `“${name}” is a built-in workflow. Change meta.name to save your own.`
  return `“${name}” is in the library already. Change meta.name.`
}

/**
 * A source under another name: the first `name: '…'` that holds the old one. Unchanged when there is none.
 */
export function renamedSource(source: string, from: string, to: string): string {
  const literal = from.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const pattern = new RegExp(`(\\bname['"]?\\s*:\\s*)(['"\`])${literal}\\2`)
  return source.replace(pattern, (_all, key: string, quote: string) => `${key}${quote}${to}${quote}`)
}

/** `agent()` calls by phase, in the order of the source. */
export function callsByPhase(
  calls: readonly PlannedCall[],
): { phase: string | null; calls: PlannedCall[] }[] {
  const groups = new Map<string | null, PlannedCall[]>()
  for (const call of calls) groups.set(call.phase, [...(groups.get(call.phase) ?? []), call])
  return [...groups].map(([phase, grouped]) => ({ phase, calls: grouped }))
}

/** A script that runs as it is and shows each primitive once. */
export const starterSource = `export const meta = {
  name: 'my-workflow',
  description: 'Reads a folder part by part and writes down what matters.',
  whenToUse: 'When a folder is too large for one agent.',
  phases: [
    { title: 'Find', detail: 'Choose the parts worth reading' },
    { title: 'Read', detail: 'One agent a part, side by side' },
    { title: 'Write', detail: 'One summary of it all' },
  ],
  // Asked for in a form when the workflow is launched.
  args: {
    type: 'object',
    properties: {
      question: { type: 'string', title: 'Question', description: 'What you want to know.' },
    },
  },
}

const question = args?.question ?? 'What is this, and how does it work?'

phase('Find')
const scout = await agent('List at most eight files or folders that help to answer: ' + question, {
  label: 'find',
  schema: {
    type: 'object',
    properties: { parts: { type: 'array', items: { type: 'string' } } },
    required: ['parts'],
  },
})
// An agent that failed has answered null.
const parts = scout?.parts ?? []
log(parts.length + ' parts to read')

phase('Read')
const notes = await parallel(
  parts.map((part) => () => agent('Read ' + part + ' and note what answers: ' + question, { label: part })),
)

const found = notes.filter((note) => note !== null)

phase('Write')
return await agent('Answer in one page: ' + question + '\\n\\nNotes:\\n' + found.join('\\n\\n'), {
  label: 'write',
  model: 'opus',
})
`
