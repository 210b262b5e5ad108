import { note, send } from './host'
import { itemsOf } from './lists'
import { site, thrown } from './places'
import { type BarrierItem, type Site, state } from './state'
import { RealPromise, RealTypeError } from './taken-aside'
import { isThenable } from './texts'

function shown(error: unknown, what: string, at: Site | null): null {
  const { message, line, column } = thrown(error)
  const place = line === null || column === null ? at : ({ __proto__: null, line, column } as const)
  note(`${what} threw, its value is null: ${message}`, place)
  return null
}

/** Waits for all, in order. Not Promise.all: it would call a "then" that a script may have replaced. */
function gather(
  all: readonly unknown[],
  run: (item: unknown, index: number) => Promise<unknown>,
): Promise<unknown[]> {
  return new RealPromise((resolve) => {
    const values: unknown[] = []
    values.length = all.length
    let left = all.length
    async function one(index: number) {
      values[index] = await run(all[index], index)
      left -= 1
      if (left === 0) resolve(values)
    }
    for (let index = 0; index < all.length; index++) one(index)
  })
}

type Barrier = { id: number; outer: BarrierItem | null }

function open(kind: 'parallel' | 'pipeline', size: number, at: Site | null): Barrier {
  state.barriers += 1
  const barrier = { id: state.barriers, outer: state.current }
  send('open-barrier', { __proto__: null, id: barrier.id, kind, size, site: at, within: barrier.outer })
  return barrier
}

function close({ id, outer }: Barrier): void {
  state.current = outer
  send('close-barrier', { __proto__: null, id })
}

/** `parallel(thunks)`: what each gives, in order; a throw makes its item null. */
export async function parallel(thunks: unknown): Promise<unknown[]> {
  const at = site()
  const all = itemsOf(thunks, 'parallel()', at)
  if (all.length === 0) return []
  const barrier = open('parallel', all.length, at)
  const gathered = gather(all, async (thunk, index) => {
    state.current = { __proto__: null, id: barrier.id, item: index }
    try {
      if (typeof thunk === 'function') return await thunk()
      if (!isThenable(thunk))
        throw new RealTypeError(
          `parallel() takes functions; item ${index} is ${thunk === null ? 'null' : typeof thunk}`,
        )
      note(`parallel() takes functions; item ${index} is a promise that already runs`, at)
      return await thunk
    } catch (error) {
      return shown(error, `parallel() item ${index}`, at)
    }
  })
  state.current = barrier.outer
  const values = await gathered
  close(barrier)
  return values
}

/**
 * `pipeline(items, ...stages)`: each item through all stages, none waiting for another; a throw makes its
 * item null.
 */
export async function pipeline(items: unknown, ...stages: unknown[]): Promise<unknown[]> {
  const at = site()
  const all = itemsOf(items, 'pipeline()', at)
  for (const stage of stages)
    if (typeof stage !== 'function')
      throw new RealTypeError(`pipeline() stages are functions, got ${typeof stage}`)
  if (all.length === 0) return []
  const barrier = open('pipeline', all.length, at)
  const gathered = gather(all, async (given, index) => {
    try {
      const item = isThenable(given) ? await given : given
      let value = item
      for (const stage of stages) {
        if (typeof stage !== 'function') continue
        state.current = { __proto__: null, id: barrier.id, item: index }
        value = await stage(value, item, index)
      }
      return value
    } catch (error) {
      return shown(error, `pipeline() item ${index}`, at)
    }
  })
  state.current = barrier.outer
  const values = await gathered
  close(barrier)
  return values
}
