import { parse } from 'yaml'
import { z } from 'zod'

export type FrontMatter = { fields: Record<string, unknown>; body: string }

const fieldsSchema = z.record(z.string(), z.unknown())

/**
 * The fields at the head of a Markdown file and the text below them; null when the head cannot be read even leniently.
 * Public files leave colons in descriptions unquoted, which is no YAML; such lines are taken as plain text.
 */
export function readFrontMatter(text: string): FrontMatter | null {
  const found = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)(?:^|\n)---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text)
  if (found === null) return { fields: {}, body: text.replace(/^\uFEFF/, '').trim() }
  const [, head = '', body = ''] = found
  const fields = read(head) ?? leniently(head)
  return fields === null ? null : { fields, body: body.trim() }
}

function read(head: string): Record<string, unknown> | null {
  try {
    const value: unknown = parse(head, { logLevel: 'error', maxAliasCount: 20 })
    return value === null ? {} : (fieldsSchema.safeParse(value).data ?? null)
  } catch {
    return null
  }
}

function leniently(head: string): Record<string, unknown> | null {
  const text = quoted(head)
  return text === '' ? null : read(text)
}

/** The same head with every plain value on a line of its own put in quotes; what follows a value belongs to it. */
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
    .map(({ key, value, isPlain }) => (isPlain ? `${key}: ${JSON.stringify(value.trim())}` : `${key}: ${value}`))
    .join('\n')
}
