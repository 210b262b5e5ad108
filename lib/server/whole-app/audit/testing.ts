import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { z } from 'zod'
import { launchSchema } from '@/lib/api/runs'
import { person } from '@/lib/core/base/actor'
import type { Json, JsonObject } from '@/lib/core/base/json'
import { launch } from '../../runs/launch'
import type { Mishap } from '../../testing/proxy'
import { sim, startTestApp, type TestApp } from '../../testing/test-app'

const severity = z.enum(['critical', 'high', 'medium', 'low'])

const plantedSchema = z.array(
  z.strictObject({
    id: z.string(),
    file: z.string(),
    line: z.number(),
    kind: z.string(),
    severity,
    text: z.string(),
    why: z.string(),
  }),
)
export type Planted = z.infer<typeof plantedSchema>[number]

const findingSchema = z.looseObject({
  id: z.string(),
  file: z.string(),
  line: z.number().nullable(),
  kind: z.string(),
  severity,
  title: z.string(),
  evidence: z.string(),
  verdict: z.enum(['confirmed', 'refuted', 'unverified']),
  reason: z.string(),
  alsoReported: z.array(z.looseObject({ title: z.string(), line: z.number().nullable() })),
})

/** What a run of `code-audit` gives back. */
const resultSchema = z.strictObject({
  report: z.string(),
  findings: z.array(findingSchema),
  refuted: z.array(findingSchema),
  counts: z.record(z.string(), z.number()),
  filesRead: z.array(z.string()),
  notRead: z.array(z.strictObject({ path: z.string(), reason: z.string() })),
  modules: z.array(z.string()),
  flags: z.array(z.string()),
  fixes: z.array(z.strictObject({ id: z.string(), fixed: z.boolean(), why: z.string() })),
})
export type AuditResult = z.infer<typeof resultSchema>

/** A finding as verifiers are asked about it. */
const askedSchema = z.array(
  z.looseObject({
    id: z.string(),
    file: z.string(),
    line: z.number().nullable(),
    title: z.string(),
  }),
)
export type Asked = z.infer<typeof askedSchema>[number]

/** Turns of an agent: what it looks at, then its answer; `dies` is a refusal of the provider. */
type Said = { looks?: JsonObject[]; answer: JsonObject } | 'dies'

/** What scripted agents say. Who is left out reads nothing, finds nothing, or confirms everything. */
export type AuditScript = {
  scout: Said
  /** By the paths of the module, as its prompt names them. */
  audit(places: readonly string[], prompt: string): Said
  verify?(angle: 'refute' | 'reach', asked: readonly Asked[]): Said
}

const audited = join(process.cwd(), 'e2e', 'audit')

/** One of the two lists that belong to the corpus. */
export function planted(list: 'defects' | 'traps'): Planted[] {
  return plantedSchema.parse(JSON.parse(readFileSync(join(audited, `${list}.json`), 'utf8')))
}

/** The files of the corpus, by path. */
export function corpus(): Record<string, string> {
  const root = join(audited, 'corpus')
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name)
      return [relative(root, path), readFileSync(path, 'utf8')]
    }),
  )
}

/** A call of a tool, as a turn of a scripted agent. */
export function reads(path: string): JsonObject {
  return { name: 'read_file', input: { path } }
}

/** The answer of a scout. */
export function places(
  modules: readonly { path: string; kilobytes: number; languages?: string[] }[],
  skipped: string[] = [],
): Said {
  const all = modules.map((one) => ({ languages: ['other'], reason: 'it is there', ...one }))
  const looks = [{ name: 'list_files', input: {} }]
  return { looks, answer: { project: 'web-service', modules: all, skipped } }
}

/** A finding as an auditor reports it; what is not given is plain. */
export function finding(more: JsonObject & { file: string }): JsonObject {
  return {
    line: 1,
    kind: 'logic',
    severity: 'medium',
    confidence: 'medium',
    title: 'It is wrong',
    explanation: `What stands in ${more.file} goes wrong for everybody`,
    evidence: 'return first',
    fix: 'Return the second',
    ...more,
  }
}

/** An answer of a verifier that says the same of all it was asked about. */
export function verdicts(verdict: string, asked: readonly Asked[], severity = 'medium'): Said {
  const reason = `It was looked at from this side: ${verdict}`
  return { answer: { verdicts: asked.map(({ id }) => ({ id, verdict, severity, reason })) } }
}

/**
 * Runs the `code-audit` that ships over real HTTP, with agents that say what a script decides: each request is
 * forwarded to the simulator with its directive, so engine, provider, tools and schemas are those of any run.
 */
export async function runAudit(
  files: Readonly<Record<string, string>>,
  script: AuditScript,
  args: Json = null,
): Promise<{ result: AuditResult; app: TestApp; runId: string; prompts: readonly string[] }> {
  const prompts: string[] = []
  const app = await startTestApp({
    files,
    intercept: ({ route, body }) => directed(route, body, script, prompts),
  })
  const asked = launchSchema.parse({
    workflow: 'code-audit',
    workspace: app.workspace,
    args,
    limits: { usd: 100 },
  })
  const { id: runId } = await launch(app.app, asked, null, person('tester'))
  await app.ended(runId)
  return { result: resultSchema.parse(await app.result(runId)), app, runId, prompts }
}

const requestSchema = z.looseObject({
  messages: z.tuple(
    [z.looseObject({ content: z.array(z.looseObject({ text: z.string().optional() })) })],
    z.looseObject({}),
  ),
})

function directed(route: string, body: string, script: AuditScript, prompts: string[]): Mishap {
  if (route !== 'POST /v1/messages') return { do: 'forward' }
  const request = requestSchema.parse(JSON.parse(body))
  const [first, ...rest] = request.messages
  const prompt = first.content[0]?.text ?? ''
  const said = saidTo(prompt, script)
  if (said === null) return { do: 'forward' }
  if (rest.length === 0) prompts.push(prompt)
  const turns =
    said === 'dies'
      ? [{ fault: { kind: 'status', status: 400 } }]
      : [
          ...(said.looks === undefined || said.looks.length === 0 ? [] : [{ toolCalls: said.looks }]),
          { toolCalls: [{ name: 'answer', input: said.answer }] },
        ]
  const content = [...first.content, { type: 'text', text: directive(turns) }]
  return {
    do: 'ask-otherwise',
    body: JSON.stringify({ ...request, messages: [{ ...first, content }, ...rest] }),
  }
}

/** A list of one turn is a list: what follows is not scripted. */
function directive(turns: readonly { [key: string]: Json }[]): string {
  return turns.length === 1 ? sim(...turns).replace(/^\[\[sim: (.*)\]\]$/s, '[[sim: [$1]]]') : sim(...turns)
}

function saidTo(prompt: string, script: AuditScript): Said | null {
  if (prompt.startsWith('Measure this repository')) return script.scout
  if (prompt.startsWith('Audit one module')) return script.audit(placesIn(prompt), prompt)
  if (!prompt.startsWith('Verify what other agents say')) return null
  const angle = prompt.includes('Try to refute each') ? 'refute' : 'reach'
  const asked = askedSchema.parse(JSON.parse(prompt.slice(prompt.indexOf('# Findings\n') + 11)))
  return script.verify?.(angle, asked) ?? verdicts('confirmed', asked)
}

function placesIn(prompt: string): string[] {
  const own = prompt.slice(prompt.indexOf('# Your module')).split('\nNot in it')[0] ?? ''
  return [...own.matchAll(/^- `(.*)`$/gm)].map(([, path = '']) => path)
}
