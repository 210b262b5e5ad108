import { createHash } from 'node:crypto'
import type { ExportQuery, Transcript } from '@/lib/api/runs'
import type { AgentState } from '@/lib/core/agent/agent'
import { labelOfPrompt } from '@/lib/core/agent/agent-label'
import type { Envelope } from '@/lib/core/run/events'
import type { Snapshot } from '@/lib/core/run/state'
import type { App } from '@/lib/server/app/app'
import { Refusal } from '@/lib/server/services/problem'
import { filmMoments, filmOfJournal } from '@/lib/view/export/film-frames'
import { htmlAgent, htmlHead, htmlTail, type PageMakers } from '@/lib/view/export/html'
import { markdownAgent, markdownHead, markdownReport } from '@/lib/view/export/markdown'
import { sarifLog } from '@/lib/view/export/sarif'
import { removed, withoutSecrets } from '@/lib/view/export/secrets'
import { resultView } from '@/lib/view/run/result-view'
import { foldHistory, noHistory } from '@/lib/view/timeline/timeline-history'
import { getHead, getInput, getResult, getRun, getTranscript } from '../read-run'
import { getCosts, getSources } from '../run-costs'
import { untrustedMarkdownHtml } from './untrusted-markdown'

/** Envelopes read from the database at a time. */
const PAGE = 1000

/** What a file of each format is, and how its name ends. */
const kinds = {
  json: { type: 'application/json', ending: '.json' },
  md: { type: 'text/markdown; charset=utf-8', ending: '.md' },
  html: { type: 'text/html; charset=utf-8', ending: '.html' },
  report: { type: 'text/markdown; charset=utf-8', ending: '-report.md' },
  sarif: { type: 'application/sarif+json', ending: '.sarif' },
} as const

const makers: PageMakers = {
  report: untrustedMarkdownHtml,
  sha256: (text) => createHash('sha256').update(text).digest('base64'),
}

/** Formats that tell of the result alone. */
type ResultFormat = 'report' | 'sarif'

/**
 * The whole run in one file, sent as it is made: neither side ever holds all of a large run. Of its result alone
 * where the format says so; refused where the result has none of it.
 */
export async function exportRun(app: App, runId: string, query: ExportQuery): Promise<Response> {
  const { format, prompts } = query
  const clean = cleaner(app)
  if (format === 'report' || format === 'sarif')
    return fileOf(runId, format, await resultFile(app, runId, format, clean))
  // Asked before the first byte, so a refusal can still be one.
  await getHead(app, runId)
  const chunks = pieces(app, runId, { format, prompts }, clean)
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await chunks.return(undefined)
    },
  })
  return fileOf(runId, format, body)
}

/** What a run came to, as Markdown: its report without prompts and transcripts. */
export async function runReport(app: App, runId: string): Promise<{ title: string; markdown: string }> {
  const clean = cleaner(app)
  const whole = withoutPreviews(cleanTexts(await getRun(app, runId), clean), new Set())
  // An agent that was given no label is called by the beginning of its prompt.
  const snapshot = { ...whole, agents: whole.agents.map((agent) => ({ ...agent, label: agent.id })) }
  const [costs, result] = [await getCosts(app, runId), cleanTexts(await getResult(app, runId), clean)]
  return { title: snapshot.run.title, markdown: markdownReport(snapshot, costs, result) }
}

/** Takes the secrets of this server, and what looks like one, out of a text. */
export function cleaner({
  env,
  providerKeys,
  github,
  billing,
}: Pick<App, 'env' | 'providerKeys' | 'github' | 'billing'>): (text: string) => string {
  const { apiKey, authToken, teamToken, team, secretsKey } = env
  const own = [apiKey, authToken, teamToken, team?.oidc?.clientSecret ?? null, secretsKey]
  const secrets = [...own, ...providerKeys.secrets(), ...github.secrets(), ...billing.account.secrets()]
  const known = secrets.filter((one) => one !== null)
  return (text) => withoutSecrets(text, known)
}

/** The name of a run's file. */
export function fileNameOf(runId: string, format: ExportQuery['format']): string {
  return `skein-${runId}${kinds[format].ending}`
}

function fileOf(runId: string, format: ExportQuery['format'], body: string | ReadableStream): Response {
  return new Response(body, {
    headers: {
      'content-type': kinds[format].type,
      'content-disposition': `attachment; filename="${fileNameOf(runId, format)}"`,
      'cache-control': 'no-store',
    },
  })
}

/** The report or the findings of a result, cleaned; refused where there are none. */
async function resultFile(
  app: App,
  runId: string,
  format: ResultFormat,
  clean: (text: string) => string,
): Promise<string> {
  const [{ run }, told] = [await getHead(app, runId), await getResult(app, runId)]
  const result = cleanTexts(told.result, clean)
  const { report, findings } = told.hasResult ? resultView(result) : { report: null, findings: null }
  if (format === 'report') {
    if (report === null) throw new Refusal('conflict', `The result of run ${runId} holds no report.`)
    return report
  }
  if (findings === null)
    throw new Refusal('conflict', `The result of run ${runId} holds no list of findings with their files.`)
  const log = sarifLog({ id: runId, workflow: run.workflow?.name ?? 'pasted script', result }, findings)
  return `${JSON.stringify(log, null, 2)}\n`
}

/**
 * Every text is cleaned by itself, before it becomes part of a file: nothing else can be cut out with a key.
 */
async function* pieces(
  app: App,
  runId: string,
  query: { format: Exclude<ExportQuery['format'], ResultFormat>; prompts: ExportQuery['prompts'] },
  clean: (text: string) => string,
): AsyncGenerator<string, void, undefined> {
  const cleaned = <T>(value: T): T => cleanTexts(value, clean)
  const isRedacted = query.prompts === 'redacted'
  const whole = cleaned(await getRun(app, runId))
  const told = isRedacted ? await labelsOfPrompts(app, runId, whole) : new Set<string>()
  const snapshot = isRedacted ? withoutPreviews(whole, told) : whole
  const transcripts = async function* () {
    for (const { id } of snapshot.agents) {
      const transcript = cleaned(await getTranscript(app, runId, id))
      yield isRedacted ? withoutPrompts(transcript, told) : transcript
    }
  }
  const envelopesOf = (page: Envelope[]) =>
    page.map((one) => cleaned(isRedacted ? withoutWords(one, told) : one))
  const [costs, result] = [await getCosts(app, runId), cleaned(await getResult(app, runId))]
  // A note may repeat a prompt.
  const notes = isRedacted ? [] : cleaned(await app.store.runNotes.listNotes(runId))
  switch (query.format) {
    case 'json': {
      const input = isRedacted ? { script: removed, args: removed } : cleaned(await getInput(app, runId))
      const { sources } = isRedacted ? { sources: [] } : cleaned(await getSources(app, runId))
      const head = {
        format: 'skein-run',
        version: 1,
        ...snapshot,
        input,
        sources,
        result: result.result,
        costs,
        notes: notes.map(({ runId: _, ...note }) => note),
      }
      yield `${JSON.stringify(head).slice(0, -1)},"transcripts":[`
      let comma = ''
      for await (const transcript of transcripts()) {
        yield comma + JSON.stringify(transcript)
        comma = ','
      }
      yield '],"events":['
      comma = ''
      for await (const page of journal(app, runId)) {
        yield comma +
          envelopesOf(page)
            .map((one) => JSON.stringify(one))
            .join(',')
        comma = ','
      }
      yield ']}\n'
      return
    }
    case 'md':
      yield markdownHead(snapshot, costs, result, notes)
      for await (const transcript of transcripts()) yield markdownAgent(transcript, snapshot.run.simulated)
      return
    case 'html': {
      let history = noHistory
      for await (const page of journal(app, runId)) history = foldHistory(history, envelopesOf(page))
      // Only statuses and sums are read of it: no text that would have to be cleaned.
      const frames = await filmOfJournal(
        journal(app, runId),
        filmMoments(history, history.lastAt),
        history.origin,
      )
      yield htmlHead({ snapshot, costs, result, history, frames, notes }, makers)
      for await (const transcript of transcripts()) yield htmlAgent(transcript, snapshot.run.simulated)
      yield htmlTail
      return
    }
  }
}

async function* journal(app: App, runId: string): AsyncGenerator<Envelope[], void, undefined> {
  for (let after = 0; ; ) {
    const page = await app.store.readJournal(runId, after, PAGE)
    const last = page.at(-1)
    if (last === undefined) return
    yield page
    after = last.seq
  }
}

/** Agents whose name is the beginning of their prompt, since their call gave them none. */
async function labelsOfPrompts(app: App, runId: string, { agents }: Snapshot): Promise<Set<string>> {
  const found = new Set<string>()
  for (const { id } of agents) {
    const stored = await app.store.loadAgent(runId, id)
    if (stored !== null && stored.state.label === labelOfPrompt(stored.spec.prompt)) found.add(id)
  }
  return found
}

function withoutPrompts(transcript: Transcript, told: ReadonlySet<string>): Transcript {
  return {
    ...transcript,
    agent: withoutPreview(transcript.agent, told),
    prompt: removed,
    system: removed,
    turns: transcript.turns.map((turn) => ({ ...turn, said: turn.said === null ? null : removed })),
  }
}

/**
 * Until an agent has answered, its preview is the beginning of its prompt; an agent that nobody named is called
 * by that too.
 */
function withoutPreview(agent: AgentState, told: ReadonlySet<string>): AgentState {
  const preview = agent.endedAt === null ? removed : agent.preview
  return { ...agent, preview, label: labelOf(agent.id, agent.label, told) }
}

function labelOf(agentId: string, label: string, told: ReadonlySet<string>): string {
  return told.has(agentId) ? `agent ${agentId}` : label
}

function withoutPreviews(snapshot: Snapshot, told: ReadonlySet<string>): Snapshot {
  const { run } = snapshot
  const flaggedSources = run.flaggedSources.map((one) => ({
    ...one,
    label: labelOf(one.agentId, one.label, told),
  }))
  return {
    ...snapshot,
    run: { ...run, flaggedSources },
    agents: snapshot.agents.map((agent) => withoutPreview(agent, told)),
  }
}

function withoutWords(envelope: Envelope, told: ReadonlySet<string>): Envelope {
  const { event } = envelope
  if (event.type === 'agent.created')
    return {
      ...envelope,
      event: { ...event, preview: removed, label: labelOf(event.agentId, event.label, told) },
    }
  if (event.type === 'agent.steered') return { ...envelope, event: { ...event, message: removed } }
  return envelope
}

/** A value with all its texts cleaned; keys, numbers and shape stay. */
function cleanTexts<T>(value: T, clean: (text: string) => string): T {
  return sameShape<T>(
    JSON.parse(JSON.stringify(value, (_, one) => (typeof one === 'string' ? clean(one) : one))),
  )
}

/** Only texts were replaced by texts; the type system cannot see through JSON. */
function sameShape<T>(value: unknown): T {
  return value as T
}
