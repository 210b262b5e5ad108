import { parse } from 'yaml'
import { z } from 'zod'

/**
 * A Markdown file as it lies there: the head between two lines of `---`, null when it has none, and what
 * follows.
 */
export type Split = { head: string | null; body: string }

const fieldsSchema = z.record(z.string(), z.unknown())

/** Tells head and body apart, line by line and without reading either. */
export function splitFrontMatter(file: string): Split {
  const text = file.replace(/^\uFEFF/, '')
  const whole = { head: null, body: text.trim() }
  const start = afterRule(text, 0)
  if (start === null) return whole
  for (let line = start; line <= text.length; ) {
    const end = afterRule(text, line)
    if (end !== null) return { head: text.slice(start, line), body: text.slice(end).trim() }
    const next = text.indexOf('\n', line)
    if (next === -1) return whole
    line = next + 1
  }
  return whole
}

/** Where the line after a rule `---` begins; null when there is no such rule at `at`. */
function afterRule(text: string, at: number): number | null {
  if (!text.startsWith('---', at)) return null
  const newline = text.indexOf('\n', at)
  const end = newline === -1 ? text.length : newline
  return text.slice(at + 3, end).trim() === '' ? Math.min(end + 1, text.length) : null
}

/**
 * The fields of a head; null when it cannot be read even leniently. Public files leave colons in descriptions
 * unquoted, which is no YAML; such lines are taken as plain text. Blocks its thread: only for one that can be
 * killed.
 */
export function readHead(head: string): Record<string, unknown> | null {
  return read(head) ?? leniently(head)
}

function read(head: string): Record<string, unknown> | null {
  try {
    // Comparing every key with every other would take the square of their number; the last of two equal ones
    // counts.
    const value: unknown = parse(head, { logLevel: 'error', maxAliasCount: 20, uniqueKeys: false })
    return value === null ? {} : (fieldsSchema.safeParse(value).data ?? null)
  } catch {
    return null
  }
}

function leniently(head: string): Record<string, unknown> | null {
  const text = quoted(head)
  return text === '' ? null : read(text)
}

/**
 * The same head with every plain value on a line of its own put in quotes; what follows a value belongs to
 * it.
 */
function quoted(head: string): string {
  const fields: { key: string; value: string; isPlain: boolean }[] = []
  for (const line of head.replaceAll('\r', '').split('\n')) {
    const field = /^([A-Za-z][\w-]*):(?:[ \t]+(.*))?$/.exec(line)
    const last = fields.at(-1)
    if (field !== null) {
      const value = field[2]?.trim() ?? ''
      fields.push({ key: field[1] ?? '', value, isPlain: value !== '' && !/^(["'[{|>&*!]|#)/.test(value) })
    } else if (last !== undefined) last.value += `\n${line}`
  }
  return fields
    .map(({ key, value, isPlain }) =>
      isPlain ? `${key}: ${JSON.stringify(value.trim())}` : `${key}: ${value}`,
    )
    .join('\n')
}
