/** Something about one place in the files: found here, or claimed by the prompt. */
export interface Finding {
  path: string
  line: number
  endLine: number
  title: string
  explanation: string
  evidence: string
  suggestion: string
  category: string
  /** The check it came from; null when it is someone else's claim and no check fits. */
  check: string | null
  /** For a claim: every check its words could mean. */
  meant?: readonly string[]
  /** 0 (info) to 4 (critical). */
  severity: number
  /** Whether the place really shows it; null: could not be looked at. */
  holds: boolean | null
  reason: string
}

export const SEVERITY_NAMES = ['info', 'low', 'medium', 'high', 'critical'] as const

/** Findings without repetition, worst first: same file, nearly the same line and the same kind are one. */
export function mergeFindings(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = []
  const ranked = [...findings].sort((a, b) => b.severity - a.severity)
  for (const finding of ranked) {
    const isKnown = kept.some((other) => isSamePlace(other, finding) && isSameMatter(other, finding))
    if (!isKnown) kept.push(finding)
  }
  return kept
}

function isSamePlace(a: Finding, b: Finding): boolean {
  return a.path === b.path && Math.abs(a.line - b.line) <= 1
}

function isSameMatter(a: Finding, b: Finding): boolean {
  if (a.check !== null && a.check === b.check) return true
  const words = (text: string) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [])
  const first = words(a.title)
  const second = words(b.title)
  const shared = [...first].filter((word) => second.has(word)).length
  return a.line === b.line
    ? shared > 0 || first.size === 0 || second.size === 0
    : shared * 2 >= Math.min(first.size, second.size)
}
