import { beginning, codeAt, get, RealError, stringify } from './taken-aside'

/**
 * A text that may leave the sandbox: what is too long to be shown is cut before it is copied, between
 * characters.
 */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text
  const last = codeAt(text, most - 1)
  const end = last >= 0xd800 && last <= 0xdbff ? most - 1 : most
  const left = `${text.length - end}`
  let grouped = ''
  for (let at = 0; at < left.length; at++)
    grouped += (at > 0 && (left.length - at) % 3 === 0 ? ',' : '') + left[at]
  return `${beginning(text, end)}… (${grouped} more characters)`
}

/** True for a value that has members of its own. */
export function isObject(value: unknown): value is object {
  return value !== null && (typeof value === 'object' || typeof value === 'function')
}

/** True for a promise, and for what `await` takes for one. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isObject(value) && typeof get(value, 'then') === 'function'
}

/** What was thrown, or any value, in words. Never throws. */
export function describe(error: unknown): string {
  try {
    const message = typeof error === 'object' && error !== null ? get(error, 'message') : undefined
    if (isObject(error) && (error instanceof RealError || typeof message === 'string'))
      return `${get(error, 'name') || 'Error'}: ${message}`
    return typeof error === 'string' ? error : stringify(error) || String(error)
  } catch {
    return 'a value that cannot be shown'
  }
}

/** The words of a line of the log. */
export function lineOf(values: readonly unknown[]): string {
  let text = ''
  for (let at = 0; at < values.length; at++) {
    const value = values[at]
    text += (at === 0 ? '' : ' ') + (typeof value === 'string' ? value : describe(value))
  }
  return text
}
