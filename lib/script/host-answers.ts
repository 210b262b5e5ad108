import { z } from 'zod'
import type { Json } from '@/lib/core/base/json'
import { parseUrl } from '@/lib/core/wire/parse-url'

const locale = {
  locales: z.union([z.string(), z.array(z.string())]).optional(),
  options: z.record(z.string(), z.json()).optional(),
}
const compare = z.object({ a: z.string(), b: z.string(), ...locale })
const formatNumber = z.object({ value: z.number().nullable(), text: z.string(), ...locale })
const formatDate = z.object({
  kind: z.enum(['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']),
  value: z.number().nullable(),
  ...locale,
})
const url = z.object({ href: z.string(), base: z.string().nullable() })

/**
 * What the sandbox's small engine cannot do as V8 does, answered by V8: collation, number and date formats,
 * URLs. Returns JSON text, or undefined when `kind` is not such a question. Nothing here reads a clock or a
 * network.
 */
export function answerLocally(kind: string, value: Json): string | undefined {
  switch (kind) {
    case 'compare': {
      const { a, b, locales, options } = compare.parse(value)
      return JSON.stringify(a.localeCompare(b, locales, options))
    }
    case 'format-number': {
      const { value: number, text, locales, options } = formatNumber.parse(value)
      return JSON.stringify((number ?? Number(text)).toLocaleString(locales ?? 'en-US', options))
    }
    case 'format-date': {
      const { kind: method, value: time, locales, options } = formatDate.parse(value)
      // A fixed zone: the machine's own would give another text after a move.
      return JSON.stringify(
        new Date(time ?? Number.NaN)[method](locales ?? 'en-US', { timeZone: 'UTC', ...options }),
      )
    }
    case 'url': {
      const { href, base } = url.parse(value)
      return JSON.stringify(urlParts(href, base))
    }
    case 'query':
      return JSON.stringify([...new URLSearchParams(z.object({ text: z.string() }).parse(value).text)])
    case 'query-text':
      return JSON.stringify(
        new URLSearchParams(
          z.object({ pairs: z.array(z.tuple([z.string(), z.string()])) }).parse(value).pairs,
        ).toString(),
      )
    case 'decode-utf8': {
      const { bytes } = z.object({ bytes: z.array(z.number()) }).parse(value)
      return JSON.stringify(new TextDecoder().decode(Uint8Array.from(bytes)))
    }
    case 'btoa':
    case 'atob': {
      const { text } = z.object({ text: z.string() }).parse(value)
      return JSON.stringify(base64(kind, text))
    }
    default:
      return undefined
  }
}

function urlParts(href: string, base: string | null): Record<string, string> | null {
  const parts = parseUrl(href, base ?? undefined)
  if (parts === null) return null
  const { origin, protocol, username, password, host, hostname, port, pathname, search, hash } = parts
  return {
    href: parts.href,
    origin,
    protocol,
    username,
    password,
    host,
    hostname,
    port,
    pathname,
    search,
    hash,
  }
}

/** Null where the text is not what the function takes; the sandbox throws then. */
function base64(kind: 'atob' | 'btoa', text: string): string | null {
  try {
    return kind === 'atob' ? atob(text) : btoa(text)
  } catch {
    return null
  }
}
