import { isJsonObject, type Json, type JsonObject } from '@/lib/core/base/json'
import type { Finding } from '../run/result-view'

/** Where the schema of the format is published (OASIS, SARIF 2.1.0 with errata 01). */
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

/** What a finding is called by whose script gave it no kind. */
const NO_KIND = 'finding'

/** How much a finding of each confidence is worth, of 100; a finding that was confirmed is worth all of it. */
const RANKS: Readonly<Record<string, number>> = { high: 80, medium: 50, low: 20 }

/** The scores of 10 by which GitHub sorts what concerns security into critical, high, medium and low. */
const SCORES: Readonly<Record<string, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0' }

/** Kinds that make software worse without making it less safe. */
const NOT_SECURITY =
  /^(?:logic|maintainability|type-safety|test-asserts-nothing|error-handling|null-handling)$/

/** The run that a log tells of: its id, its workflow, and what it gave back. */
export type SarifRun = { id: string; workflow: string; result: Json }

/**
 * The findings of a run as a SARIF 2.1.0 log, for code scanning and editors. Every kind is a rule. Columns are
 * unknown, so regions are whole lines; a finding without a line is of its file. What the result names as not
 * read (`notRead`: objects with `path` and `reason`) is told as notifications.
 */
export function sarifLog({ id, workflow, result }: SarifRun, findings: readonly Finding[]): JsonObject {
  const kinds = [...new Set(findings.map(kindOf))].sort()
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Skein', rules: kinds.map((kind) => ruleOf(kind, findings)) } },
        automationDetails: { id: `${workflow}/${id}` },
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notReadOf(result) }],
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => resultOf(finding, kinds.indexOf(kindOf(finding)))),
      },
    ],
  }
}

function kindOf({ kind }: Finding): string {
  return kind ?? NO_KIND
}

function ruleOf(kind: string, findings: readonly Finding[]): JsonObject {
  const words = kind.replaceAll('-', ' ')
  const worst = Object.keys(SCORES).find((severity) =>
    findings.some((finding) => kindOf(finding) === kind && finding.severity?.toLowerCase() === severity),
  )
  const score = worst === undefined || kind === NO_KIND || NOT_SECURITY.test(kind) ? undefined : SCORES[worst]
  return {
    id: kind,
    shortDescription: { text: `${words.charAt(0).toUpperCase()}${words.slice(1)}` },
    ...(score === undefined ? {} : { properties: { tags: ['security'], 'security-severity': score } }),
  }
}

function resultOf(finding: Finding, ruleIndex: number): JsonObject {
  const { file, severity, title, detail, evidence, fix, confidence, verdict } = finding
  return {
    ruleId: kindOf(finding),
    ruleIndex,
    level: levelOf(severity),
    message: {
      text: [title, detail, fix === null ? '' : `Fix: ${fix}`, verdictWords(verdict)]
        .filter((part) => part !== '')
        .join('\n\n'),
    },
    locations: [{ physicalLocation: placeOf(finding) }],
    // Lines move from commit to commit; what is quoted stays.
    partialFingerprints: {
      'finding/v1': [file, kindOf(finding), (evidence ?? title).replace(/\s+/g, ' ').trim()].join('|'),
    },
    rank: verdict === 'confirmed' ? 100 : (RANKS[confidence?.toLowerCase() ?? ''] ?? -1),
    properties: { severity, confidence, verdict },
  }
}

function placeOf({ file, line, evidence }: Finding): JsonObject {
  const artifactLocation = { uri: uriOf(file), uriBaseId: '%SRCROOT%' }
  if (line === null || line < 1) return { artifactLocation }
  const startLine = Math.floor(line)
  if (evidence === null) return { artifactLocation, region: { startLine } }
  return { artifactLocation, region: { startLine, snippet: { text: evidence } } }
}

function verdictWords(verdict: string | null): string {
  return verdict === null || verdict === 'confirmed' ? '' : `Not confirmed: ${verdict}.`
}

function levelOf(severity: string | null): 'error' | 'warning' | 'note' {
  if (/^(?:critical|high|error|blocker|major|severe|p[01])$/i.test(severity ?? '')) return 'error'
  return /^(?:low|info|note|minor|trivial|p[34])$/i.test(severity ?? '') ? 'note' : 'warning'
}

/** A path of the workspace as a relative reference: every part escaped, no scheme in its first. */
function uriOf(file: string): string {
  return file
    .replaceAll('\\', '/')
    .replace(/^\/+/, '')
    .split('/')
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/')
}

function notReadOf(result: Json): Json[] {
  const listed = isJsonObject(result) && Array.isArray(result.notRead) ? result.notRead : []
  return listed.flatMap((one) => {
    if (!isJsonObject(one) || typeof one.path !== 'string') return []
    const reason = typeof one.reason === 'string' ? one.reason : 'no reason was given'
    return [{ level: 'note', message: { text: `Not read: ${one.path} (${reason})` } }]
  })
}
