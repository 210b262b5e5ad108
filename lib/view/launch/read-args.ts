import { type Json, jsonValue } from '@/lib/core/base/json'
import type { FieldError } from './field-errors'

/** What was typed as arguments: nothing, a value, or what is wrong with it. */
export type ReadArgs =
  | { kind: 'none' }
  | { kind: 'value'; value: Json }
  | { kind: 'error'; error: FieldError }

/** Arguments as JSON. The place of a mistake is read out of what the engine says, where it says one. */
export function readArgs(text: string): ReadArgs {
  if (text.trim() === '') return { kind: 'none' }
  try {
    return { kind: 'value', value: jsonValue(JSON.parse(text)) }
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause)
    const place = placeInText(text, said)
    const message = said
      .replace(/ in JSON at position.*$| at position.*$/s, '')
      .replace(/, "[\s\S]*" is not valid JSON$/, '')
    return { kind: 'error', error: { field: 'args', message: `Not JSON: ${message}.`, ...place } }
  }
}

function placeInText(text: string, said: string): { line?: number; column?: number } {
  const found = /position (\d+)/.exec(said)
  const atEnd = /end of JSON/.test(said) ? text.length : null
  const at = found?.[1] === undefined ? atEnd : Number(found[1])
  if (at === null) return {}
  const before = text.slice(0, at).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
