// Made once: a formatter costs a hundred times what formatting does.
const whole = new Intl.NumberFormat('en-US')

/** A whole number with separators. */
export function formatCount(value: number): string {
  return whole.format(value)
}

/** Tokens, short: 812, 1.2k, 123k, 1.23M, 12.3M. */
export function formatTokens(tokens: number): string {
  if (tokens < 1000) return String(Math.round(tokens))
  if (tokens < 9_950) return `${(tokens / 1000).toFixed(1)}k`
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}k`
  if (tokens < 9_995_000) return `${(tokens / 1_000_000).toFixed(2)}M`
  if (tokens < 999_500_000) return `${(tokens / 1_000_000).toFixed(1)}M`
  return `${(tokens / 1_000_000_000).toFixed(2)}B`
}

/** A whole number a person typed, with or without separators; undefined when it is none. */
export function wholeNumber(text: string): number | undefined {
  const digits = text.trim().replaceAll(',', '').replaceAll('_', '')
  return /^\d+$/.test(digits) ? Number(digits) : undefined
}

/** `1 agent`, `12 agents`, `1,000 agents`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

/** A share as a whole percentage; 100 only when it is all, 0 only when it is none. */
export function percent(part: number, whole: number): number {
  if (whole <= 0 || part <= 0) return 0
  if (part >= whole) return 100
  return Math.min(99, Math.max(1, Math.round((part / whole) * 100)))
}

/** A share in words: what is little is not nothing, and what is nearly all is not all. */
export function percentWords(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0 %'
  const exact = (part / whole) * 100
  if (exact < 1) return '<1 %'
  return exact > 99 && part < whole ? '>99 %' : `${Math.min(100, Math.round(exact))} %`
}

/** `one`, `one and two`, `one, two and three`. */
export function sentenceList(parts: readonly string[]): string {
  if (parts.length <= 1) return parts[0] ?? ''
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/** Bytes of a workspace, short. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`
}
