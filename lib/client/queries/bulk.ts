import { z } from 'zod'

/**
 * Requests of one bulk act at a time: enough to be quick, few enough to leave room for everything else on the
 * page.
 */
const AT_ONCE = 4

const bulkItemSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** `already`: somebody else, or the run itself, was first. */
  state: z.enum(['waiting', 'done', 'already', 'failed']),
  detail: z.string().nullable(),
})
const bulkSchema = z.object({
  act: z.enum(['cancel', 'delete']),
  items: z.array(bulkItemSchema),
  isUnderWay: z.boolean(),
})

export type BulkItem = z.infer<typeof bulkItemSchema>
/** One act on many runs, and how far it is. Waiting items that are not under way were cut off by a reload. */
export type Bulk = z.infer<typeof bulkSchema>
export type BulkAct = Bulk['act']

/** The outcome of the request for one run. Never throws. */
export type BulkOutcome = Pick<BulkItem, 'detail'> & { state: 'done' | 'already' | 'failed' }

/** What the act needs of the browser. */
export type BulkDependencies = {
  send(act: BulkAct, id: string): Promise<BulkOutcome>
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
  const settle = (id: string, outcome: BulkOutcome) => {
    const bulk = get()
    if (bulk !== null)
      set({ ...bulk, items: bulk.items.map((item) => (item.id === id ? { ...item, ...outcome } : item)) })
  }
  const run = async (bulk: Bulk, onEnd: () => void) => {
    set({ ...bulk, isUnderWay: true })
    const left = bulk.items.filter(({ state }) => state === 'waiting')
    const lane = async () => {
      for (let item = left.shift(); item !== undefined; item = left.shift())
        settle(item.id, await dependencies.send(bulk.act, item.id))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
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
      await run({ act, items, isUnderWay: true }, onEnd)
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
