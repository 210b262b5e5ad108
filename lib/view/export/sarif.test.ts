import { expect, test } from 'vitest'
import type { Json, JsonObject } from '@/lib/core/base/json'
import { inlineSchemas } from '@/lib/json-schema/testing'
import { resultView } from '../run/result-view'
import { sarifLog } from './sarif'

const object = (required: string[], properties: JsonObject): JsonObject => ({
  type: 'object',
  required,
  properties,
  additionalProperties: false,
})
const list = (items: JsonObject): JsonObject => ({ type: 'array', items })
const [text, bag] = [{ type: 'string' }, { type: 'object' }]
const message = object(['text'], { text })
const level = { enum: ['none', 'note', 'warning', 'error'] }

/** Of the published schema: what is required, and all that we write; it lets nothing else pass either. */
const sarifSchema = object(['version', 'runs'], {
  $schema: { type: 'string', format: 'uri' },
  version: { enum: ['2.1.0'] },
  runs: list(
    object(['tool'], {
      tool: object(['driver'], {
        driver: object(['name'], {
          name: text,
          rules: list(object(['id'], { id: text, shortDescription: message, properties: bag })),
        }),
      }),
      automationDetails: object([], { id: text }),
      columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
      invocations: list(
        object(['executionSuccessful'], {
          executionSuccessful: { type: 'boolean' },
          toolExecutionNotifications: list(object(['message'], { message, level })),
        }),
      ),
      results: list(
        object(['message'], {
          ruleId: text,
          ruleIndex: { type: 'integer', minimum: -1 },
          level,
          message,
          locations: list(
            object([], {
              physicalLocation: object(['artifactLocation'], {
                artifactLocation: object([], {
                  uri: { type: 'string', format: 'uri-reference' },
                  uriBaseId: text,
                }),
                region: object([], {
                  startLine: { type: 'integer', minimum: 1 },
                  snippet: object([], { text }),
                }),
              }),
            }),
          ),
          partialFingerprints: { type: 'object', additionalProperties: text },
          rank: { type: 'number', minimum: -1, maximum: 100 },
          properties: bag,
        }),
      ),
    }),
  ),
})

const logOf = (result: Json) =>
  sarifLog({ id: 'r1', workflow: 'code-audit', result }, resultView(result).findings ?? [])

const finding = {
  file: 'src/ü b.ts',
  line: 3,
  kind: 'sql-injection',
  severity: 'critical',
  title: 'SQL from a request',
  explanation: 'Anybody reads everything',
  evidence: 'query(a + b)',
  fix: 'Use a parameter',
  confidence: 'high',
  verdict: 'confirmed',
}

test.each<[string, Json]>([
  ['findings of an audit', { findings: [finding, { ...finding, kind: 'race', severity: 'low' }] }],
  ['no findings', { findings: [], refuted: [finding], notRead: [{ path: 'a', reason: 'b' }] }],
  [
    'findings without a line, or with none that can be',
    [
      { file: 'a.ts', title: 't' },
      { ...finding, line: 0 },
    ],
  ],
  ['findings of any other script', [{ path: '/abs/x.py', lineNumber: '12', issue: 'odd', priority: 'P1' }]],
  ['paths that are no addresses', [{ ...finding, file: 'C:\\a\\b%20\uD800#?.ts' }]],
])('a log of %s has every required member of SARIF 2.1.0, and no other', async (_name, result) => {
  expect(await inlineSchemas.check(sarifSchema, logOf(result), 'test')).toEqual([])
})

test('a finding is told with rule, level, place, quoted line, fix and what verification said', () => {
  const log = logOf({
    findings: [
      finding,
      { ...finding, severity: 'low', verdict: 'unverified', confidence: 'low', kind: 'race' },
    ],
    refuted: [finding, finding, finding],
    notRead: [{ path: 'vendor', reason: 'left out' }],
  })
  expect(log).toMatchObject({
    runs: [
      {
        tool: {
          driver: {
            rules: [
              { id: 'race', properties: { 'security-severity': '3.0' } },
              { id: 'sql-injection', shortDescription: { text: 'Sql injection' } },
            ],
          },
        },
        automationDetails: { id: 'code-audit/r1' },
        invocations: [{ toolExecutionNotifications: [{ message: { text: 'Not read: vendor (left out)' } }] }],
        results: [
          {
            ruleId: 'sql-injection',
            ruleIndex: 1,
            level: 'error',
            rank: 100,
            message: { text: 'SQL from a request\n\nAnybody reads everything\n\nFix: Use a parameter' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'src/%C3%BC%20b.ts', uriBaseId: '%SRCROOT%' },
                  region: { startLine: 3, snippet: { text: 'query(a + b)' } },
                },
              },
            ],
          },
          { ruleId: 'race', ruleIndex: 0, level: 'note', rank: 20 },
        ],
      },
    ],
  })
  expect(JSON.stringify(log)).toContain('Not confirmed: unverified.')
})

test('the fingerprint of a finding outlives lines that were added above it', () => {
  const prints = [3, 90].map(
    (line) => JSON.stringify(logOf([{ ...finding, line }])).match(/"finding\/v1":"[^"]*"/)?.[0],
  )
  expect(prints[0]).toBeDefined()
  expect(prints[0]).toBe(prints[1])
})
