import { cutText } from '@/lib/core/base/cut-text'
import { CHECKS } from './checks'
import type { Evidence } from './evidence'
import type { Finding } from './finding'
import { linesOf } from './source'

/** How far a claim's line may be off and still be the place meant. */
const TOLERANCE_LINES = 3

/**
 * Decides each claim from the lines that were read: it holds, it does not, or (null) it could not be seen.
 */
export function judgeClaims(claims: readonly Finding[], evidence: Evidence): Finding[] {
  return claims.map((claim) => judge(claim, evidence))
}

function judge(claim: Finding, evidence: Evidence): Finding {
  const lines = evidence.seen.get(claim.path)
  if (lines === undefined) {
    const gap = evidence.gaps.find((entry) => entry.path === claim.path)
    return {
      ...claim,
      holds: null,
      reason: `${claim.path} could not be read${gap === undefined ? '' : `: ${gap.reason}`}.`,
    }
  }
  const text = lines.get(claim.line)
  if (text === undefined) {
    const last = Math.max(0, ...lines.keys())
    if (!evidence.ended.has(claim.path) || last === 0)
      return { ...claim, holds: null, reason: `${claim.path}:${claim.line} was not seen.` }
    return {
      ...claim,
      holds: false,
      reason: `${claim.path} ends at line ${last}, before line ${claim.line}.`,
    }
  }
  const file = { path: claim.path, lines }
  const shown = `${claim.path}:${claim.line} reads: ${cutText(text.trim(), 160) || '(a blank line)'}`
  const near = (line: number) => Math.abs(line - claim.line) <= TOLERANCE_LINES
  const checks = CHECKS.filter((check) => (claim.meant ?? [claim.check]).includes(check.id))
  const hits = checks
    .flatMap((check) => check.find(file))
    .filter((hit) => near(hit.line) || (hit.line <= claim.line && claim.line <= hit.endLine))
  const hit = hits.sort((a, b) => Math.abs(a.line - claim.line) - Math.abs(b.line - claim.line))[0]
  if (hit !== undefined) {
    return {
      ...claim,
      holds: true,
      evidence: hit.evidence,
      reason: `${claim.path}:${hit.line} reads: ${cutText(hit.evidence, 160)}`,
    }
  }
  if (checks.length > 0)
    return {
      ...claim,
      holds: false,
      evidence: text.trim(),
      reason: `${shown}. The claimed problem is not there.`,
    }
  if (claim.evidence.length > 5) {
    const quoted = squeeze(claim.evidence)
    const isThere = linesOf(file).some(
      (seen) =>
        near(seen.line) &&
        (squeeze(seen.text).includes(quoted) ||
          (squeeze(seen.text).length > 5 && quoted.includes(squeeze(seen.text)))),
    )
    return {
      ...claim,
      holds: isThere,
      reason: isThere ? `${shown}. The quoted text is there.` : `${shown}. The quoted text is not there.`,
    }
  }
  const other = CHECKS.flatMap((check) => check.find(file).map((found) => ({ check, found }))).find(
    ({ found }) => near(found.line),
  )
  if (other !== undefined)
    return {
      ...claim,
      holds: true,
      evidence: other.found.evidence,
      reason: `${shown}. ${other.check.explanation}`,
    }
  return {
    ...claim,
    holds: false,
    evidence: text.trim(),
    reason: `${shown}. Nothing there supports the claim.`,
  }
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, '')
}
