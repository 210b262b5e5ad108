import type { RunDiff } from '@/lib/api/runs'
import type { DiffLine } from '@/lib/api/workflows'
import type { Json } from '@/lib/core/json'
import type { App } from '@/lib/server/app'
import { hunksOf } from '@/lib/server/workflows/compare'
import { getResult, getRun } from './read'

/** The results of two runs side by side, line by line: text as it is, everything else as indented JSON. */
export async function compareResults(app: App, fromId: string, toId: string): Promise<RunDiff> {
  const [from, to] = [await side(app, fromId), await side(app, toId)]
  const hunks = from.hasResult && to.hasResult ? hunksOf(textOf(from.result), textOf(to.result)) : []
  const count = (kind: DiffLine['kind']) => hunks.flat().filter((line) => line.kind === kind).length
  const told = ({ id, title, hasResult }: Side) => ({ id, title, hasResult })
  return { from: told(from), to: told(to), added: count('added'), removed: count('removed'), hunks }
}

type Side = RunDiff['from'] & { result: Json }

async function side(app: App, id: string): Promise<Side> {
  const [{ result, hasResult }, { run }] = [await getResult(app, id), await getRun(app, id)]
  return { id, title: run.title, hasResult, result }
}

function textOf(result: Json): string {
  return typeof result === 'string' ? result : JSON.stringify(sorted(result), null, 2)
}

/** Objects with their keys in order: two models that said the same in another order said the same. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, one]) => [key, sorted(one)]))
}
