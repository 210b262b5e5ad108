import { spawnSync } from 'node:child_process'
import { afterEach, expect, test } from 'vitest'
import type { JsonObject } from '@/lib/core/base/json'
import type { TestApp } from '../../testing/test-app'
import {
  type Asked,
  type AuditScript,
  corpus,
  finding,
  type Planted,
  places,
  planted,
  reads,
  runAudit,
} from './testing'

const files = corpus()
const [defects, traps] = [planted('defects'), planted('traps')]
const all = [...defects, ...traps]
const wrongly = { critical: 'high', high: 'medium', medium: 'high', low: 'medium' } as const

let app: TestApp | null = null
afterEach(async () => {
  await app?.dispose()
  app = null
})

/** How different agents word the same: the first reports it, the others repeat it. */
function reports(one: Planted, index: number): JsonObject[] {
  const { file, line, kind } = one
  const lines = (files[file] ?? '').split('\n')
  const severity = wrongly[one.severity]
  const base = { file, line, kind, severity, evidence: lines[line - 1] ?? '' }
  const first = finding({ ...base, title: `${kind} in line ${line}`, explanation: one.why })
  const inGerman = finding({
    ...base,
    severity: 'low',
    title: `Fehler der Art ${kind}`,
    explanation: 'Hier geht etwas schief, sobald jemand von außen etwas anderes schickt',
  })
  const oneOff = finding({
    ...base,
    line: line + 1,
    confidence: 'low',
    title: 'Somebody else saw the very line, and counted from zero',
    explanation: `Look at this: ${one.text}`,
    evidence: `  ${one.text}  `,
  })
  return [first, ...(index % 3 === 0 ? [inGerman] : []), ...(index % 4 === 1 ? [oneOff] : [])]
}

/** Only who reads the file sees that this is another's defect: other line, other words, nothing quoted. */
const hidden = defects.filter(({ file }) => file === 'web/src/preview.ts')
const hiddenTitle = 'Something about the same, seen from its caller'

const plantedAt = ({ file, line }: Asked) => {
  const distance = (one: Planted) => Math.abs(one.line - (line ?? -9))
  const near = all.filter((one) => one.file === file && distance(one) <= 1)
  return near.sort((a, b) => distance(a) - distance(b))[0]
}

const script: AuditScript = {
  scout: places(
    ['gate', 'ledger', 'shop', 'tools', 'web'].map((path) => ({ path, kilobytes: 60 })),
    ['vendor'],
  ),
  audit(modules) {
    const inside = (path: string) => modules.some((place) => path.startsWith(`${place}/`))
    const paths = Object.keys(files).filter(inside)
    const own = all.flatMap((one, index) => (inside(one.file) ? reports(one, index) : []))
    const more = hidden
      .filter(({ file }) => inside(file))
      .map(({ file, line, kind }) =>
        finding({ file, line: line + 1, kind, title: hiddenTitle, explanation: 'x', evidence: '' }),
      )
    return {
      looks: paths.map(reads),
      answer: { findings: [...own, ...more], filesRead: paths, unread: [] },
    }
  },
  verify(_angle, asked) {
    const answers = asked.map((one) => {
      const known = plantedAt(one)
      if (known === undefined) throw new Error(`nobody planted ${JSON.stringify(one)}`)
      const same = asked.find((other) => other !== one && plantedAt(other) === known)
      return {
        id: one.id,
        verdict: defects.includes(known) ? 'confirmed' : 'refuted',
        severity: known.severity,
        line: known.line,
        reason: known.why,
        ...(one.title === hiddenTitle && same !== undefined ? { sameAs: same.id } : {}),
      }
    })
    return { answer: { verdicts: answers } }
  },
}

const placeOf = ({
  file,
  line,
  kind,
  severity,
}: Pick<Planted, 'file' | 'kind' | 'severity'> & { line: number | null }) =>
  `${file}:${line} ${kind} ${severity}`

test('the lists of the corpus name thirty defects and thirty traps in five languages, by lines that are there', () => {
  expect([defects.length, traps.length]).toEqual([30, 30])
  for (const { file, line, text } of all) expect(files[file]?.split('\n')[line - 1]?.trim()).toBe(text)
  const endings = new Set(all.map(({ file }) => file.split('.').at(-1)))
  expect([...endings].sort()).toEqual(['go', 'java', 'php', 'py', 'ts'])
  expect(new Set(all.map(({ file, line }) => `${file}:${line}`)).size).toBe(60)
})

test('what agents report is lost nowhere: exactly the defects are confirmed, the traps refuted, repeats merged', async () => {
  const ran = await runAudit(files, script)
  app = ran.app
  const { result } = ran
  expect(result.findings.map(placeOf).sort()).toEqual(defects.map(placeOf).sort())
  expect(result.refuted.map(placeOf).sort()).toEqual(traps.map(placeOf).sort())
  expect(new Set(result.findings.map(({ verdict }) => verdict))).toEqual(new Set(['confirmed']))

  const reported = all.flatMap(reports).length + hidden.length
  expect(hidden.length).toBeGreaterThan(0)
  expect(result.counts).toMatchObject({
    modules: 5,
    filesRead: Object.keys(files).length,
    reported,
    merged: reported - 60,
    confirmed: 30,
    refuted: 30,
    unverified: 0,
  })
  const repeated = [...result.findings, ...result.refuted].flatMap(({ alsoReported }) => alsoReported)
  expect(repeated).toHaveLength(reported - 60)

  for (const { file, line, text, why } of defects) {
    expect(result.report).toContain(`\`${file}:${line}\``)
    expect(result.report).toContain(text)
    expect(result.report).toContain(why)
  }
  expect(result.report).toMatch(/## Refuted\n[\s\S]*web\/src\/documents\.ts/)
  expect(result.report).toContain('reported as')
  expect(result.report).toContain('- `vendor`: left out by the scout')
})

test('one verification holds all findings of one file, and each file has two of different angle', async () => {
  const ran = await runAudit(files, script)
  app = ran.app
  const verifications = ran.prompts.filter((prompt) => prompt.startsWith('Verify'))
  for (const file of new Set(all.map((one) => one.file))) {
    const own = verifications.filter((prompt) => prompt.includes(`about the file \`${file}\``))
    expect(own.map((prompt) => /^Try to (refute|reach) each/m.exec(prompt)?.[1]).sort()).toEqual([
      'reach',
      'refute',
    ])
    for (const one of all.filter((planted) => planted.file === file))
      for (const prompt of own) expect(prompt).toContain(`"title": "${one.kind} in line ${one.line}"`)
  }
  // The rubric is one text for auditors and verifiers.
  const rubrics = ran.prompts
    .filter((prompt) => /^(?:Audit|Verify)/.test(prompt))
    .map((prompt) => /Severity, the same for everybody[\s\S]*?is no critical one\./.exec(prompt)?.[0])
  expect(new Set(rubrics).size).toBe(1)
  expect(rubrics[0]).toBeDefined()
})

test('where a verifier dies, or they do not agree, findings stay as unverified, with what is known', async () => {
  const dead = 'web/src/documents.ts'
  const divided = 'gate/internal/proxy.go'
  const ran = await runAudit(files, {
    ...script,
    verify(angle, asked) {
      if (asked[0]?.file === dead && angle === 'refute') return 'dies'
      if (asked[0]?.file === divided && angle === 'reach')
        return {
          answer: {
            verdicts: asked.map(({ id }) => ({ id, verdict: 'unverified', severity: 'low', reason: '?' })),
          },
        }
      return script.verify?.(angle, asked) ?? 'dies'
    },
  })
  app = ran.app
  const { findings, refuted, report } = ran.result
  const isOpen = ({ file }: { file: string }) => file === dead || file === divided
  const unverified = findings.filter(({ verdict }) => verdict === 'unverified')
  expect(unverified.map(({ file, line }) => `${file}:${line}`).sort()).toEqual(
    all
      .filter(isOpen)
      .map(({ file, line }) => `${file}:${line}`)
      .sort(),
  )
  expect(findings.length + refuted.length).toBe(60)
  expect(refuted.some(isOpen)).toBe(false)
  const [open] = unverified.filter(({ file }) => file === dead)
  expect(open?.reason).toMatch(/refute it did not answer\. Reaching, (confirmed|refuted)/)
  expect(report).toContain('## Unverified')
})

test('the measurement with a real model asks for a key, and ends without one before it asks anybody', () => {
  const env = { ...process.env, ANTHROPIC_API_KEY: '' }
  const { status, stderr, stdout } = spawnSync(process.execPath, ['e2e/bench/audit.mjs', '--yes'], {
    env,
    encoding: 'utf8',
  })
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/set ANTHROPIC_API_KEY to measure it\. Nothing was asked or spent\.\n$/)
})

test('recall counts the defects that stand, precision what was confirmed, and strangers neither', () => {
  const as = (verdict: string) => (one: Planted) => ({ ...one, line: one.line + 1, verdict })
  const stranger = {
    file: 'web/src/documents.ts',
    line: 900,
    kind: 'logic',
    severity: 'low',
    verdict: 'confirmed',
  }
  const result = {
    findings: [
      ...defects.slice(0, 18).map(as('confirmed')),
      ...defects.slice(18, 24).map(as('unverified')),
      ...traps.slice(0, 6).map(as('confirmed')),
      ...traps.slice(6, 8).map(as('unverified')),
      stranger,
    ],
    refuted: [...traps.slice(8).map(as('refuted')), ...defects.slice(24, 26).map(as('refuted'))],
  }
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', scoring], {
    input: JSON.stringify([result, defects, traps]),
    encoding: 'utf8',
  })
  expect(JSON.parse(stdout)).toMatchObject({
    recall: 24 / 30,
    precision: 18 / 24,
    severity: 1,
    confirmed: 18,
    unverified: 6,
    trapsConfirmed: 6,
    trapsRefuted: 22,
    unlisted: [stranger],
    missed: defects.slice(24),
  })
})

/** The bench is a program of its own, which nothing here imports. */
const scoring = `
import { readFileSync } from 'node:fs'
import { scoresOf } from './e2e/bench/audit-scores.mjs'
console.log(JSON.stringify(scoresOf(...JSON.parse(readFileSync(0, 'utf8')))))`
