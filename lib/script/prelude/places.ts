import { longest } from '@/lib/core/base/text-bounds'
import { type Site, state } from './state'
import { find, get, RealError, RealNumber } from './taken-aside'
import { cut, describe } from './texts'

/** A place in the file of the script (0) or of a workflow that it called. */
type Place = { file: number; line: number; column: number }

const PLACE = /workflow(?:-(\d+))?\.js:(\d+)(?::(\d+))?/

function placeIn(stack: string): Place | null {
  const found = find(PLACE, stack)
  if (!found) return null
  const line = RealNumber(found[2])
  const column = RealNumber(found[3] || 1)
  const own = column - state.settings.headLength
  return { file: RealNumber(found[1] || 0), line, column: line > 1 ? column : own > 1 ? own : 1 }
}

/** The place in the script that is being executed. */
export function site(): Site | null {
  const place = placeIn(String(new RealError().stack))
  return place && { __proto__: null, line: place.line, column: place.column }
}

/** Where an error was made; null where it does not say. */
export function placeOf(error: unknown): Place | null {
  try {
    return typeof error === 'object' && error !== null ? placeIn(String(get(error, 'stack'))) : null
  } catch {
    return null
  }
}

/** An error in words, with its place in the launched file. */
export type Thrown = { __proto__: null; message: string; line: number | null; column: number | null }

/**
 * An error as the run shows it, with its place in the launched file; an error of a called workflow also has
 * its place there.
 */
export function thrown(error: unknown): Thrown {
  const isNothing = error === null || error === undefined
  const message = cut(isNothing ? `${error} was thrown` : describe(error), longest.error)
  const place = placeOf(error)
  const child = place === null ? undefined : state.files[place.file]
  if (place === null || child === undefined)
    return { __proto__: null, message, line: place?.line ?? null, column: place?.column ?? null }
  return {
    __proto__: null,
    message: `${message} (in the workflow "${child.name}", line ${place.line}, column ${place.column})`,
    line: child.site?.line ?? null,
    column: child.site?.column ?? null,
  }
}
