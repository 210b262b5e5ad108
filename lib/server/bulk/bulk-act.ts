import type { BulkInput, BulkResult } from '@/lib/api/bulk'
import type { Actor } from '@/lib/core/base/actor'
import { assertNever } from '@/lib/core/base/assert-never'
import { hasEnded } from '@/lib/core/spec/run-status'
import type { App } from '@/lib/server/app/app'
import { isFault, problemOf, Refusal } from '@/lib/server/services/problem'
import { logError } from '../log/log'
import { patchRunBy, runActions } from '../runs/act-on-run'
import { getHead } from '../runs/read-run'

type Outcome = Pick<BulkResult['results'][number], 'outcome' | 'detail'>

const done: Outcome = { outcome: 'done', detail: null }
const already: Outcome = { outcome: 'already', detail: null }

/** Tags of a run, at most; what a launch takes. */
const MOST_TAGS = 20

function tagged(tags: readonly string[], tag: string): string[] {
  if (tags.includes(tag)) return [...tags]
  if (tags.length < MOST_TAGS) return [...tags, tag]
  throw new Refusal('conflict', `It has ${MOST_TAGS} tags, which is the most a run can have.`)
}

/**
 * Does one act to many runs, one after the other. Never throws for one of them: each is told of, and the
 * others are done whatever becomes of it.
 */
export async function bulkAct(app: App, asked: BulkInput, actor: Actor): Promise<BulkResult> {
  const results: BulkResult['results'] = []
  for (const id of new Set(asked.ids)) results.push({ id, ...(await outcomeOf(app, id, asked, actor)) })
  return { results }
}

async function outcomeOf(app: App, id: string, asked: BulkInput, actor: Actor): Promise<Outcome> {
  try {
    return await actOn(app, id, asked, actor)
  } catch (error) {
    if (isFault(error)) logError(error, { run: id })
    const { status, detail } = problemOf(error)
    // One that is gone is as a deletion wants it.
    return { outcome: asked.act === 'delete' && status === 404 ? 'already' : 'failed', detail }
  }
}

async function actOn(app: App, id: string, asked: BulkInput, actor: Actor): Promise<Outcome> {
  const { run } = await getHead(app, id)
  switch (asked.act) {
    case 'cancel': {
      if (hasEnded(run.status)) return already
      const acted = await runActions.cancel(app, id, actor)
      return acted.kind === 'done' ? done : { outcome: 'done', detail: acted.waitsFor }
    }
    case 'delete':
      await app.engine.remove(id)
      return done
    case 'tag':
      if (run.tags.includes(asked.tag)) return already
      await patchRunBy(app, id, ({ tags }) => ({ tags: tagged(tags, asked.tag) }), actor)
      return done
    case 'untag':
      if (!run.tags.includes(asked.tag)) return already
      await patchRunBy(app, id, ({ tags }) => ({ tags: tags.filter((tag) => tag !== asked.tag) }), actor)
      return done
    default:
      return assertNever(asked)
  }
}
