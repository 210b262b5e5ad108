import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { costsSchema } from '@/lib/api/costs'
import { runListSchema } from '@/lib/api/first/run-list'
import { forkPreviewSchema } from '@/lib/api/fork'
import { foundImportsSchema, type ImportedRun, importedRunSchema } from '@/lib/api/imports/imports'
import { launchedSchema, transcriptSchema } from '@/lib/api/runs'
import { whatIfSchema } from '@/lib/api/what-if'
import { costOf } from '@/lib/core/money/pricing'
import { readUsage } from '@/lib/core/money/usage'
import { foldAll } from '@/lib/core/run/fold'
import { toSnapshot } from '@/lib/core/run/state'
import {
  claudeProject,
  claudeSession,
  type placeOfRun,
  usageOf,
  type WrittenRun,
  writeClaudeRun,
} from '@/lib/imports/testing/claude-folder'
import { eventsOf } from '@/lib/server/testing/test-app'
import { startTestApi, type TestApi } from './testing'

const folder = mkdtempSync(join(tmpdir(), 'skein-claude-'))
let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ env: { SKEIN_CLAUDE_DIR: folder } })
})
afterAll(async () => {
  await api.dispose()
  rmSync(folder, { recursive: true })
})

const files = ['a.ts', 'b.ts', 'c.ts']
const script = `export const meta = { name: 'audit', description: 'reads files', phases: [{ title: 'Read' }, { title: 'Sum' }] }
phase('Read')
const found = await parallel(args.files.map((file) => () => agent('Read ' + file, { label: file })))
phase('Sum')
return await agent('Sum up: ' + found.join(' '))`

/** A run in which three agents read and one sums up, as its files tell of it. */
function audit(run: string, more: Partial<WrittenRun> = {}): WrittenRun {
  const answers = files.map((file) => `${file} has been read from top to bottom and is fine`)
  return {
    run,
    script,
    args: { files },
    result: 'all is fine',
    agents: [
      ...files.map((file, at) => ({
        prompt: `Read ${file}`,
        answer: answers[at] ?? '',
        phase: 'Read',
        toolCalls: 1,
      })),
      { prompt: `Sum up: ${answers.join(' ')}`, answer: 'all is fine', phase: 'Sum' },
    ],
    ...more,
  }
}

async function imported(place: ReturnType<typeof placeOfRun>): Promise<ImportedRun> {
  const answer = await api.call('POST', '/api/imports/claude', place)
  expect(answer.status, answer.text).toBe(200)
  return importedRunSchema.parse(answer.body)
}

const writtenAndImported = (written: WrittenRun) => imported(writeClaudeRun(folder, written))
const costs = async (query: string) =>
  costsSchema.parse((await api.call('GET', `/api/costs?from=2026-11-01&to=2026-11-30&${query}`)).body)
const listed = async () => foundImportsSchema.parse((await api.call('GET', '/api/imports/claude')).body)
const agentFiles = (run: string) =>
  join(folder, 'projects', claudeProject, claudeSession, 'subagents', 'workflows', run)

/** The requests for messages that the simulator has had. */
const bought = () => api.simulator.log().entries.filter(({ path }) => path === 'POST /v1/messages').length

/** Forks a run to its end, and says how many messages were bought for it. */
async function forked(id: string, body: object) {
  const before = bought()
  const answer = await api.call('POST', `/api/runs/${id}/fork`, body)
  expect(answer.status, answer.text).toBe(201)
  const state = await api.ended(launchedSchema.parse(answer.body).id)
  return { state, bought: bought() - before }
}

describe('an imported run', () => {
  test('has the agents, times, tokens and dollars of its files, and usage counts once an answer', async () => {
    const told = await writtenAndImported(audit('wf_whole'))
    expect(told).toMatchObject({ outcome: 'imported', status: 'completed', agents: 4, turns: 7, skipped: [] })
    const state = await api.state(told.id)
    expect(state.run).toMatchObject({
      status: 'completed',
      title: 'audit',
      simulated: false,
      createdAt: '2026-11-20T10:00:00.000Z',
      endedAt: '2026-11-20T10:01:00.000Z',
      imported: {
        source: 'claude-code',
        origin: `${claudeSession}/wf_whole`,
        version: '2.1.260',
        forkable: 4,
      },
    })
    expect(state.phases.map(({ title, counts }) => [title, counts.succeeded])).toEqual([
      ['Read', 3],
      ['Sum', 1],
    ])
    const each = costOf(
      readUsage(usageOf(100)),
      'claude-sonnet-5-5',
      api.app.prices.list(),
      '2026-11-20T10:00:00.000Z',
    )
    expect(state.totals).toMatchObject({
      inputTokens: 7 * 500,
      outputTokens: 7 * 100,
      cacheReadTokens: 7 * 300,
      cacheWriteTokens: 7 * 200,
      toolCalls: 3,
      spentNanoUsd: 7 * (each?.totalNanoUsd ?? 0),
    })
    expect(await api.result(told.id)).toBe('all is fine')
  })

  test('has rows that equal the fold of its journal', async () => {
    const { id } = await writtenAndImported(audit('wf_fold'))
    const journal = await api.journal(id)
    expect(journal.map(({ seq }) => seq)).toEqual(journal.map((_, at) => at + 1))
    expect(journal.map(({ at }) => at)).toEqual(journal.map(({ at }) => at).sort())
    expect(toSnapshot(foldAll(null, journal))).toEqual(toSnapshot(await api.state(id)))
  })

  test('knows where its calls stand in the script, and which answers went into which prompts', async () => {
    const { id } = await writtenAndImported(audit('wf_links'))
    const agents = [...(await api.state(id)).agents.values()]
    expect(agents.map(({ callSite }) => callSite?.line)).toEqual([3, 3, 3, 5])
    expect(agents.at(-1)?.dependsOn).toEqual(['a1', 'a2', 'a3'])
  })

  test('has its conversations, with the tools that were called and what came of them', async () => {
    const { id } = await writtenAndImported(audit('wf_said'))
    const { body } = await api.call('GET', `/api/runs/${id}/agents/a1`)
    const { prompt, turns, result } = transcriptSchema.parse(body)
    expect(prompt).toBe('Read a.ts')
    expect(turns.map(({ toolCalls }) => toolCalls.map(({ name, output }) => [name, output]))).toEqual([
      [['Read', 'one\ntwo']],
      [],
    ])
    expect(result).toBe('a.ts has been read from top to bottom and is fine')
  })

  test('is found in lists as what it is', async () => {
    const { id } = await writtenAndImported(audit('wf_listed'))
    const runsOf = async (kind: string) =>
      runListSchema.parse((await api.call('GET', `/api/runs?kind=${kind}`)).body).runs
    expect((await runsOf('imported')).find((run) => run.id === id)).toMatchObject({ isImported: true })
    expect((await runsOf('real')).map((run) => run.id)).not.toContain(id)
  })

  test('is not gone on with: what failed in it is asked again in a fork', async () => {
    const { id } = await writtenAndImported(audit('wf_retry', { agents: [{ prompt: 'Read', fails: true }] }))
    const { status, text } = await api.call('POST', `/api/runs/${id}/retry-failed`, {})
    expect([status, text]).toEqual([409, expect.stringContaining('Fork it')])
  })
})

describe('what an imported run had cost', () => {
  test('is in no sum of what was spent here, counts against no cap, and is told apart', async () => {
    const before = await costs('groupBy=day')
    const { id } = await writtenAndImported(audit('wf_money'))
    const { spentNanoUsd } = (await api.state(id)).totals
    const after = await costs('groupBy=day')
    expect(after.totals).toEqual(before.totals)
    expect(after.importedNanoUsd - before.importedNanoUsd).toBe(spentNanoUsd)
    expect(await api.app.store.spentByDay(false)).toEqual([])
    expect(await api.app.store.spentByPayer(false)).toEqual([])
    const apart = await costs('groupBy=run&imported=1')
    expect(apart).toMatchObject({ imported: true, dayCapNanoUsd: null, projection: null })
    expect(apart.rows.find(({ key }) => key.run === id)?.costNanoUsd).toBe(spentNanoUsd)
  })

  test('is compared with other models, batches, and caching as good as can be and none at all', async () => {
    const { id } = await writtenAndImported(audit('wf_what_if'))
    const { scenarios, bookedNanoUsd } = whatIfSchema.parse(
      (await api.call('GET', `/api/runs/${id}/what-if`)).body,
    )
    const of = (kind: string, model: string | null = null) =>
      scenarios.find((one) => one.kind === kind && one.model === model)?.nanoUsd
    expect(bookedNanoUsd).toBe((await api.state(id)).totals.spentNanoUsd)
    expect(of('batch')).toBe(bookedNanoUsd / 2)
    // 7 answers: 1,000 tokens of prompt at $4 and 100 of output at $20 a million.
    expect(of('model', 'claude-opus-5-5')).toBe(7 * (500 * 4000 + 200 * 5000 + 300 * 200 + 100 * 20_000))
    expect(of('no-cache')).toBe(7 * (1000 * 2000 + 100 * 10_000))
    expect(of('perfect-cache')).toBeLessThanOrEqual(bookedNanoUsd)
  })
})

describe('importing again', () => {
  test('gives the same run while its files are the same', async () => {
    const place = writeClaudeRun(folder, audit('wf_twice'))
    const [first, second] = [await imported(place), await imported(place)]
    expect(second).toMatchObject({ id: first.id, outcome: 'already', agents: 4, turns: 7 })
    expect((await listed()).runs.find(({ run }) => run === 'wf_twice')).toMatchObject({
      importedAs: first.id,
      hasChanged: false,
    })
  })

  test('twice at once makes one run', async () => {
    const place = writeClaudeRun(folder, audit('wf_at_once'))
    const [first, second] = await Promise.all([imported(place), imported(place)])
    expect(second.id).toBe(first.id)
    expect([first.outcome, second.outcome].sort()).toEqual(['already', 'imported'])
  })

  test('takes over what has been added since, under the same id, with its notes, and counts nothing twice', async () => {
    const whole = audit('wf_grown')
    const place = writeClaudeRun(folder, { ...whole, agents: whole.agents.slice(0, 2), status: null })
    const early = await imported(place)
    expect(early.status).toBe('cancelled')
    await api.call('POST', `/api/runs/${early.id}/notes`, { text: 'looked at it' })
    const before = await costs('groupBy=day')
    const was = (await api.state(early.id)).totals.spentNanoUsd
    writeClaudeRun(folder, whole)
    expect((await listed()).runs.find(({ run }) => run === 'wf_grown')).toMatchObject({ hasChanged: true })
    const late = await imported(place)
    expect(late).toMatchObject({ id: early.id, outcome: 'renewed', status: 'completed', agents: 4 })
    const now = (await api.state(early.id)).totals.spentNanoUsd
    expect((await costs('groupBy=day')).importedNanoUsd - before.importedNanoUsd).toBe(now - was)
    expect((await api.call('GET', `/api/runs/${early.id}/notes`)).text).toContain('looked at it')
  })

  test('of a run that was deleted brings it back once', async () => {
    const place = writeClaudeRun(folder, audit('wf_deleted'))
    const first = await imported(place)
    const before = await costs('groupBy=day')
    expect((await api.call('DELETE', `/api/runs/${first.id}`)).status).toBe(204)
    const second = await imported(place)
    expect(second).toMatchObject({ id: first.id, outcome: 'imported' })
    expect((await costs('groupBy=day')).importedNanoUsd).toBe(before.importedNanoUsd)
  })
})

describe('a fork of an imported run', () => {
  test('with nothing changed buys nothing', async () => {
    const { id, forkable } = await writtenAndImported(audit('wf_fork_same'))
    expect(forkable).toBe(4)
    const fork = await forked(id, {})
    expect(fork.bought).toBe(0)
    expect(fork.state.run).toMatchObject({ status: 'completed', imported: null, forkedFrom: { runId: id } })
    expect(fork.state.outcomeCounts.reused).toBe(4)
    expect(await api.result(fork.state.run.id)).toBe('all is fine')
  })

  test('with one prompt changed buys that call and the one its answer goes into', async () => {
    const { id } = await writtenAndImported(audit('wf_fork_one'))
    const body = { agents: [{ agentId: 'a2', prompt: 'Read b.ts once more' }] }
    const preview = await api.call('POST', `/api/runs/${id}/fork/preview`, body)
    expect(forkPreviewSchema.parse(preview.body)).toMatchObject({ reused: { calls: 2 }, toRun: { calls: 2 } })
    const fork = await forked(id, body)
    expect(fork.bought).toBe(2)
    const reused = [...fork.state.agents.values()].map(({ reusedFrom }) => reusedFrom?.agentId ?? null)
    expect(reused).toEqual(['a1', null, 'a3', null])
  })

  test('with the same prompt under other options asks again: its answer was to another call', async () => {
    const { id } = await writtenAndImported(audit('wf_fork_schema'))
    const edited = script.replace(
      '{ label: file }',
      "{ label: file, schema: { type: 'object', properties: { ok: { type: 'boolean' } } } }",
    )
    const fork = await forked(id, { script: edited })
    expect(fork.state.outcomeCounts.reused).toBe(0)
  })

  test('of one without a script is refused with the reason', async () => {
    const { script: _, ...without } = audit('wf_no_script')
    const told = await writtenAndImported(without)
    expect(told).toMatchObject({ forkable: 0, forkProblem: 'No script of it was found.' })
    const { status, text } = await api.call('POST', `/api/runs/${told.id}/fork`, {})
    expect([status, text]).toEqual([409, expect.stringContaining('No script of this run')])
  })

  test('changes no prompt of an agent whose call was not found', async () => {
    const lost = { prompt: 'Asked nowhere in the script', answer: 'x', phase: 'Read' }
    const whole = audit('wf_lost')
    const { id, forkable } = await writtenAndImported({ ...whole, agents: [lost, ...whole.agents] })
    expect(forkable).toBe(4)
    const body = { agents: [{ agentId: 'a1', prompt: 'other' }] }
    const { status, text } = await api.call('POST', `/api/runs/${id}/fork`, body)
    expect([status, text]).toEqual([400, expect.stringContaining('was not found')])
  })
})

describe('half written files', () => {
  test('without a summary, what had not answered is cancelled, and the run is not completed', async () => {
    const whole = audit('wf_half', { status: null })
    const open = { prompt: 'Read b.ts', toolCalls: 1, phase: 'Read' }
    const agents = whole.agents.map((agent, at) => (at === 1 ? open : agent))
    const { id } = await writtenAndImported({ ...whole, agents: agents.slice(0, 3) })
    const state = await api.state(id)
    expect(state.run).toMatchObject({
      status: 'cancelled',
      reason: expect.stringContaining('left no summary'),
      workflow: { name: 'audit' },
    })
    expect([...state.agents.values()].map(({ status }) => status)).toEqual([
      'succeeded',
      'cancelled',
      'succeeded',
    ])
    expect([...state.agents.values()][1]?.failure).toMatchObject({ kind: 'interrupted' })
  })

  test('a summary that says completed hides no agent that died', async () => {
    const whole = audit('wf_dead')
    const [first, second, ...rest] = whole.agents
    const dead = { ...first, prompt: 'Read a.ts', answer: undefined, fails: true }
    const open = { prompt: second?.prompt ?? '', toolCalls: 1 }
    const { id } = await writtenAndImported({ ...whole, agents: [dead, open, ...rest] })
    const { run, outcomeCounts } = await api.state(id)
    expect(run.status).toBe('completed-with-failures')
    expect(outcomeCounts).toMatchObject({ succeeded: 2, failed: 1, cancelled: 1 })
  })

  test.each([
    ['killed', 'cancelled'],
    ['failed', 'failed'],
  ])('a run that was %s ended as %s', async (status, ended) => {
    const told = await writtenAndImported(
      audit(`wf_${status}`, { status, summary: { error: 'ReferenceError: x is not defined' } }),
    )
    expect(told.status).toBe(ended)
  })

  test('a line that was cut off is passed over, counted and told on the run', async () => {
    const place = writeClaudeRun(folder, audit('wf_cut'))
    const file = join(agentFiles('wf_cut'), 'agent-a000003.jsonl')
    truncateSync(file, readFileSync(file).length - 20)
    const told = await imported(place)
    expect(told.skipped).toEqual([{ what: 'lines that are no JSON, or cut off', count: 1 }])
    expect(eventsOf(await api.journal(told.id), 'run.noted').map(({ message }) => message)).toEqual([
      'Not imported: lines that are no JSON, or cut off (1).',
    ])
  })
})

describe('files that are no use', () => {
  test('rubbish of every kind costs what is rubbish, and nothing beside it', async () => {
    const place = writeClaudeRun(folder, audit('wf_rubbish'))
    const own = agentFiles('wf_rubbish')
    appendFileSync(
      join(own, 'agent-a000000.jsonl'),
      [
        '{"type":"assistant"',
        '\u0000\u0001binary',
        '[1,2,3]',
        '{"type":"assistant","message":{"id":"m","role":"assistant","content":[{"type":"text","text":"?"}],"usage":"lots"}}',
        `{"type":"user","message":{"role":"user","content":"${'x'.repeat(9 * 1024 * 1024)}"}}`,
        `{"type":"user","message":{"role":"user","content":[${'['.repeat(50_000)}${']'.repeat(50_000)}]}}`,
        '',
      ].join('\n'),
    )
    appendFileSync(join(own, 'journal.jsonl'), 'no json\n{"type":"result","agentId":7}\n')
    writeFileSync(join(own, 'agent-.jsonl'), 'x')
    const told = await imported(place)
    expect(told).toMatchObject({ agents: 4, turns: 8 })
    const counts = new Map(told.skipped.map(({ what, count }) => [what, count]))
    expect(counts.get('lines longer than 8 MB')).toBe(1)
    expect(counts.get('lines of the journal that are no JSON, or cut off')).toBe(1)
    expect(counts.get('answers that do not say what they used')).toBe(1)
    expect(counts.get('lines that are no JSON, or cut off')).toBeGreaterThanOrEqual(3)
    expect((await api.state(told.id)).totals).toMatchObject({ unmeteredTurns: 1, costNanoUsd: null })
  })

  test('a transcript of two gigabytes is read up to a bound', async () => {
    const place = writeClaudeRun(folder, audit('wf_huge'))
    truncateSync(join(agentFiles('wf_huge'), 'agent-a000000.jsonl'), 2 * 1024 ** 3)
    const told = await imported(place)
    expect(told).toMatchObject({ agents: 4, turns: 7 })
    expect(told.skipped).toContainEqual({ what: 'files longer than 64 MB, read to there', count: 1 })
  })

  test('a summary that is no JSON leaves the journal and the transcripts', async () => {
    const place = writeClaudeRun(folder, audit('wf_no_summary'))
    const summary = join(folder, 'projects', claudeProject, claudeSession, 'workflows', 'wf_no_summary.json')
    writeFileSync(summary, readFileSync(summary, 'utf8').slice(0, 400))
    const told = await imported(place)
    expect(told).toMatchObject({ status: 'cancelled', agents: 4, turns: 7 })
    expect(told.skipped).toContainEqual({ what: 'summaries that are no JSON, or cut off', count: 1 })
  })

  test('another version, with fields of other types and new ones, is read as far as it goes', async () => {
    const told = await writtenAndImported(
      audit('wf_other_version', {
        status: 'succeeded',
        summary: {
          schemaVersion: 9,
          durationMs: '60000',
          defaultModel: { id: 'x' },
          phases: 'Read',
          workflowProgress: [{ type: 'workflow_step' }, 7],
          totalTokens: -1,
        },
      }),
    )
    expect(told).toMatchObject({ agents: 4, turns: 7, status: 'cancelled' })
    expect(told.skipped).toEqual([{ what: 'ends that are called by an unknown word', count: 1 }])
  })

  test('links that lead out of the folder are not followed', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'skein-outside-'))
    const place = writeClaudeRun(folder, audit('wf_links_out'))
    const own = agentFiles('wf_links_out')
    writeFileSync(
      join(outside, 'secret.jsonl'),
      '{"type":"user","message":{"role":"user","content":"secret"}}\n',
    )
    rmSync(join(own, 'agent-a000000.jsonl'))
    symlinkSync(join(outside, 'secret.jsonl'), join(own, 'agent-a000000.jsonl'))
    mkdirSync(join(outside, 'wf_elsewhere'))
    symlinkSync(join(outside, 'wf_elsewhere'), agentFiles('wf_elsewhere'))
    const told = await imported(place)
    expect(told.skipped).toContainEqual({ what: 'transcripts: it is a link', count: 1 })
    expect(JSON.stringify(await api.journal(told.id))).not.toContain('secret')
    const { status, text } = await api.call('POST', '/api/imports/claude', { ...place, run: 'wf_elsewhere' })
    expect([status, text]).toEqual([409, expect.stringContaining('leads out of the folder')])
    rmSync(agentFiles('wf_elsewhere'))
    rmSync(outside, { recursive: true })
  })

  test('a name that is a path is refused', async () => {
    for (const run of ['../wf_one', '..', 'a/b', 'a\u0000b'])
      expect(
        (
          await api.call('POST', '/api/imports/claude', {
            project: claudeProject,
            session: claudeSession,
            run,
          })
        ).status,
        JSON.stringify(run),
      ).toBe(400)
  })

  test('names with newlines are names like others', async () => {
    const told = await writtenAndImported(audit('wf_new\nline'))
    expect(told).toMatchObject({ outcome: 'imported', agents: 4 })
    expect((await listed()).runs.map(({ run }) => run)).toContain('wf_new\nline')
  })

  test('what is cut off by the end of the process leaves no row', async () => {
    const { imports } = api.app.store
    const { id } = await writtenAndImported(audit('wf_crash'))
    const [first] = await api.journal(id)
    if (first === undefined) throw new Error('An imported run has a journal')
    await imports.begin('half')
    await imports.addRows('half', { events: [{ ...first, runId: 'half' }] })
    await api.app.store.retention.finishDeletions()
    expect(await api.journal('half')).toEqual([])
  })
})

describe('the list of what can be imported', () => {
  test('says what a run is called, when it was, how large it is and how it ended', async () => {
    writeClaudeRun(folder, audit('wf_newest', { at: '2026-11-25T08:00:00.000Z' }))
    const { folder: looked, runs } = await listed()
    expect(looked).toBe(folder)
    expect(runs.find(({ run }) => run === 'wf_newest')).toEqual({
      project: claudeProject,
      session: claudeSession,
      run: 'wf_newest',
      name: 'audit',
      at: '2026-11-25T08:00:00.000Z',
      agents: 4,
      tokens: 4_400,
      state: 'completed',
      problem: null,
      importedAs: null,
      hasChanged: false,
    })
  })

  test('of another folder is told only where runs may open that', async () => {
    const ask = (from: string) => api.call('GET', `/api/imports/claude?from=${encodeURIComponent(from)}`)
    expect((await ask('/etc')).status).toBe(403)
    expect((await ask('relative')).status).toBe(400)
    expect(foundImportsSchema.parse((await ask(api.workspace)).body)).toMatchObject({ runs: [], total: 0 })
  })

  test('says so where there is no such folder', async () => {
    const missing = join(api.workspace, 'missing')
    const { status, text } = await api.call('GET', `/api/imports/claude?from=${encodeURIComponent(missing)}`)
    expect([status, text]).toEqual([expect.any(Number), expect.stringMatching(/missing/)])
    expect(status).toBeGreaterThanOrEqual(400)
  })
})

test('a run of 500 agents is imported whole', async () => {
  const many = Array.from({ length: 500 }, (_, at) => ({
    prompt: `Read file ${at}: ${'words '.repeat(200)}`,
    answer: `file ${at} is fine`,
    phase: 'Read',
    toolCalls: 4,
  }))
  const wide = `export const meta = { name: 'wide', description: 'reads much' }
return await parallel(args.map((prompt) => () => agent(prompt)))`
  const told = await writtenAndImported({
    run: 'wf_wide',
    script: wide,
    args: many.map(({ prompt }) => prompt),
    agents: many,
  })
  expect(told).toMatchObject({ agents: 500, turns: 2_500, status: 'completed', skipped: [], forkable: 500 })
  const agents = await api.app.store.loadAgents(told.id)
  expect(agents.filter(({ hasResult }) => hasResult)).toHaveLength(500)
  const journal = await api.journal(told.id)
  expect(eventsOf(journal, 'turn.committed')).toHaveLength(2_500)
  expect(eventsOf(journal, 'tool.ended')).toHaveLength(2_000)
})
