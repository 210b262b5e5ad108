import { z } from 'zod'

/** Runs of one request: few enough that progress is seen, and that a reload cuts off little. */
const RUNS_A_REQUEST = 10

const bulkItemSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** `already`: somebody else, or the run itself, was first. */
  state: z.enum(['waiting', 'done', 'already', 'failed']),
  detail: z.string().nullable(),
})
const bulkSchema = z.object({
  act: z.enum(['cancel', 'delete', 'tag', 'untag']),
  /** The tag that is given or taken away; null for other acts. */
  tag: z.string().nullable().default(null),
  items: z.array(bulkItemSchema),
  isUnderWay: z.boolean(),
})

export type BulkItem = z.infer<typeof bulkItemSchema>
/** One act on many runs, and how far it is. Waiting items that are not under way were cut off by a reload. */
export type Bulk = z.infer<typeof bulkSchema>
/** What is done to each run. */
export type BulkAct = Pick<Bulk, 'act' | 'tag'>

/** What became of one run. */
export type BulkOutcome = Pick<BulkItem, 'detail' | 'id'> & { state: 'done' | 'already' | 'failed' }

/** What the act needs of the browser. */
export type BulkDependencies = {
  /** Does the act to some runs; never throws, and tells of each. */
  send(act: BulkAct, ids: readonly string[]): Promise<readonly BulkOutcome[]>
  load(): string | null
  save(text: string | null): void
}

/**
 * The bulk act of this tab. It goes on while pages change, and what was left when a page was reloaded is
 * kept.
 */
export function createBulk(dependencies: BulkDependencies) {
  const listeners = new Set<() => void>()
  let current: Bulk | null | undefined

  const get = (): Bulk | null => {
    if (current === undefined) current = restored(dependencies.load())
    return current
  }
  const set = (next: Bulk | null) => {
    current = next
    dependencies.save(next === null ? null : JSON.stringify(next))
    for (const listener of listeners) listener()
  }
  const settle = (outcomes: readonly BulkOutcome[]) => {
    const bulk = get()
    const byId = new Map(outcomes.map((outcome) => [outcome.id, outcome]))
    if (bulk !== null) set({ ...bulk, items: bulk.items.map((item) => ({ ...item, ...byId.get(item.id) })) })
  }
  const run = async (bulk: Bulk, onEnd: () => void) => {
    set({ ...bulk, isUnderWay: true })
    const left = bulk.items.flatMap(({ id, state }) => (state === 'waiting' ? [id] : []))
    for (let at = 0; at < left.length; at += RUNS_A_REQUEST)
      settle(await dependencies.send(bulk, left.slice(at, at + RUNS_A_REQUEST)))
    const done = get()
    if (done !== null) set({ ...done, isUnderWay: false })
    onEnd()
  }

  return {
    get,
    subscribe(listener: () => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Begins an act; `already` are runs that are known to need nothing. One act at a time. */
    async start(
      act: BulkAct,
      runs: readonly { id: string; title: string; isAlready: boolean }[],
      onEnd: () => void,
    ) {
      if (get()?.isUnderWay === true) return
      const items = runs.map(
        ({ id, title, isAlready }): BulkItem => ({
          id,
          title,
          state: isAlready ? 'already' : 'waiting',
          detail: null,
        }),
      )
      await run({ ...act, items, isUnderWay: true }, onEnd)
    },
    /** Takes back what was done, where that can be: a tag that was given is taken away, and the other way. */
    async undo(onEnd: () => void) {
      const bulk = get()
      const act = bulk === null ? null : undoing(bulk)
      if (bulk === null || act === null || bulk.isUnderWay) return
      const items = bulk.items.flatMap((item): BulkItem[] =>
        item.state === 'done' ? [{ ...item, state: 'waiting', detail: null }] : [],
      )
      await run({ ...act, items, isUnderWay: true }, onEnd)
    },
    /** Goes on with what was cut off. */
    async goOn(onEnd: () => void) {
      const bulk = get()
      if (bulk !== null && !bulk.isUnderWay) await run(bulk, onEnd)
    },
    /** Asks once more for what failed. */
    async again(onEnd: () => void) {
      const bulk = get()
      if (bulk === null || bulk.isUnderWay) return
      const items = bulk.items.map(
        (item): BulkItem => (item.state === 'failed' ? { ...item, state: 'waiting' } : item),
      )
      await run({ ...bulk, items }, onEnd)
    },
    /** Takes the report away; an act under way stays. */
    close() {
      if (get()?.isUnderWay !== true) set(null)
    },
  }
}

/** The act that takes an act back; null where nothing does. */
export function undoing({ act, tag }: BulkAct): BulkAct | null {
  if (act === 'tag') return { act: 'untag', tag }
  return act === 'untag' ? { act: 'tag', tag } : null
}

/** What another page load left: nothing of it is under way any more. */
function restored(text: string | null): Bulk | null {
  if (text === null) return null
  try {
    return { ...bulkSchema.parse(JSON.parse(text)), isUnderWay: false }
  } catch (cause) {
    console.info('The rest of a bulk action could not be read.', cause)
    return null
  }
}
