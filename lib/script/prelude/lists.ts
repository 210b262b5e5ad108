import { note } from './host'
import { type Site, state } from './state'
import { get, iterator, RealRangeError, RealTypeError } from './taken-aside'
import { isObject } from './texts'

/** The items of whatever can be gone through, as many as one call may have; throws for all else. */
export function listOf(items: unknown, name: string): unknown[] {
  if (!isIterable(items))
    throw new RealTypeError(`${name} takes an array, got ${items === null ? 'null' : typeof items}`)
  const most = state.settings.itemsPerCall
  const length = get(items, 'length')
  if (typeof length === 'number' && length > most)
    throw new RealRangeError(`${name} takes at most ${most} items, got ${length}`)
  const all: unknown[] = []
  for (const item of items) {
    if (all.length === most) throw new RealRangeError(`${name} takes at most ${most} items, got more`)
    all[all.length] = item
  }
  return all
}

function isIterable(items: unknown): items is object & Iterable<unknown> {
  return isObject(items) && typeof get(items, iterator) === 'function'
}

/** All items, or the first of them when the run only tries the script. */
export function itemsOf(items: unknown, name: string, at: Site | null): unknown[] {
  const all = listOf(items, name)
  const most = state.settings.sampleItems
  if (most === null || all.length <= most) return all
  note(`${name} was given ${all.length} items, and the first ${most} are tried`, at)
  all.length = most
  return all
}
