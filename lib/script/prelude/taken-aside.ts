// What the prelude is written with, taken aside before any script runs: a script can overwrite all of it.

export const { stringify, parse } = JSON
export const { apply, construct, get } = Reflect
export const { isArray } = Array
export const iterator: typeof Symbol.iterator = Symbol.iterator
export const { freeze } = Object

export const RealDate = Date
export const RealError = Error
export const RealTypeError = TypeError
export const RealRangeError = RangeError
export const RealNumber = Number
export const RealMap = Map
export const RealSet = Set
export const RealPromise = Promise
const { exec } = RegExp.prototype
const { slice, charCodeAt } = String.prototype

/** `pattern.exec(text)`, whatever a script has made of it. */
export function find(pattern: RegExp, text: string): RegExpExecArray | null {
  return apply(exec, pattern, [text])
}

/** `text.slice(0, end)`, whatever a script has made of it. */
export function beginning(text: string, end: number): string {
  return apply(slice, text, [0, end])
}

/** `text.charCodeAt(at)`, whatever a script has made of it. */
export function codeAt(text: string, at: number): number {
  return apply(charCodeAt, text, [at])
}
