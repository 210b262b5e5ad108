import type { RunDiff } from '@/lib/api/runs'
import type { Json } from '@/lib/core/base/json'
import type { App } from '@/lib/server/app/app'
import { differences } from '@/lib/server/workflows/compare'
import { getHead, getResult } from './read-run'

/** The results of two runs side by side, line by line: text as it is, everything else as indented JSON. */
export async function compareResults(app: App, fromId: string, toId: string): Promise<RunDiff> {
  const [from, to] = [await side(app, fromId), await side(app, toId)]
  const diff =
    from.hasResult && to.hasResult
      ? await differences(app, textOf(from.result), textOf(to.result))
      : { added: 0, removed: 0, hunks: [], isCut: false }
  const told = ({ id, title, hasResult }: Side) => ({ id, title, hasResult })
  return { from: told(from), to: told(to), ...diff }
}

type Side = RunDiff['from'] & { result: Json }

async function side(app: App, id: string): Promise<Side> {
  const [{ result, hasResult }, { run }] = [await getResult(app, id), await getHead(app, id)]
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
