import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '@/lib/core/base/json'
import type { ClaudePlace } from '../claude-run'

/** An agent as a test wants its files to tell of it. */
export type WrittenAgent = {
  prompt: string
  /** What its script was told; left out it had not answered when the run was cut off. */
  answer?: Json
  model?: string
  phase?: string
  label?: string
  /** How often it called a tool before it answered. */
  toolCalls?: number
  /** Whether it died: its script was told null. */
  fails?: boolean
  outputTokens?: number
}

/** A run as a test wants its files to be. */
export type WrittenRun = {
  run?: string
  script?: string
  args?: Json
  agents: readonly WrittenAgent[]
  /** Null leaves no summary, as a run that was cut off. */
  status?: string | null
  result?: Json
  /** When it began; ISO 8601. */
  at?: string
  /** More of the summary, over what is written anyway. */
  summary?: Readonly<Record<string, Json>>
}

export const claudeSession = '20ddae6f-e4e5-4a68-a8d6-0c8e6a88554a'
export const claudeProject = '-home-ann-app'

/** Where a run is that was written without saying where. */
export function placeOfRun(run = 'wf_one'): ClaudePlace {
  return { project: claudeProject, session: claudeSession, run }
}

/** Writes the files that Claude Code leaves of a run below `root`, and says where. */
export function writeClaudeRun(root: string, written: WrittenRun): ClaudePlace {
  const place = placeOfRun(written.run)
  const session = join(root, 'projects', place.project, place.session)
  const [workflows, own] = [join(session, 'workflows'), join(session, 'subagents', 'workflows', place.run)]
  mkdirSync(join(workflows, 'scripts'), { recursive: true })
  mkdirSync(own, { recursive: true })
  const at = Date.parse(written.at ?? '2026-11-20T10:00:00.000Z')
  if (written.script !== undefined)
    writeFileSync(join(workflows, 'scripts', `audit-${place.run}.js`), written.script)
  writeFileSync(join(own, 'journal.jsonl'), journalOf(written.agents))
  for (const [index, agent] of written.agents.entries()) {
    const id = idOf(index)
    writeFileSync(join(own, `agent-${id}.jsonl`), transcriptOf(agent, id, at + index * 10))
    writeFileSync(join(own, `agent-${id}.meta.json`), JSON.stringify({ agentType: 'workflow-subagent' }))
  }
  if (written.status !== null)
    writeFileSync(join(workflows, `${place.run}.json`), JSON.stringify(summaryOf(place.run, written, at)))
  return place
}

function idOf(index: number): string {
  return `a${String(index).padStart(6, '0')}`
}

function journalOf(agents: readonly WrittenAgent[]): string {
  const started = agents.map((_, index) => ({ type: 'started', key: `v2:${index}`, agentId: idOf(index) }))
  const results = agents.flatMap(({ answer, fails }, index) => {
    if (answer === undefined && fails !== true) return []
    return [{ type: 'result', key: `v2:${index}`, agentId: idOf(index), result: answer ?? null }]
  })
  return linesOf([...started, ...results])
}

function linesOf(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('')
}

function transcriptOf(agent: WrittenAgent, id: string, at: number): string {
  const { prompt, answer, model = 'claude-sonnet-5-5', toolCalls = 0, outputTokens = 100 } = agent
  const time = (ms: number) => new Date(at + ms).toISOString()
  const common = {
    isSidechain: true,
    agentId: id,
    sessionId: claudeSession,
    version: '2.1.260',
    cwd: '/home/ann/app',
  }
  const user = (content: unknown, ms: number) => ({
    ...common,
    type: 'user',
    timestamp: time(ms),
    message: { role: 'user', content },
  })
  const said = (turn: number, block: unknown, output: number, ms: number, stop: string | null) => ({
    ...common,
    type: 'assistant',
    requestId: `req_${id}_${turn}`,
    timestamp: time(ms),
    message: {
      id: `msg_${id}_${turn}`,
      role: 'assistant',
      model,
      content: [block],
      stop_reason: stop,
      usage: usageOf(output),
    },
  })
  const lines: unknown[] = [user(prompt, 0)]
  for (let turn = 0; turn < toolCalls; turn += 1) {
    const call = `toolu_${id}_${turn}`
    const ms = 1_000 + turn * 2_000
    // Parts of one answer come line by line and repeat its usage as it was by then.
    lines.push(said(turn, { type: 'text', text: 'I look.' }, 1, ms, null))
    const block = { type: 'tool_use', id: call, name: 'Read', input: { file_path: 'a.ts' } }
    lines.push(said(turn, block, outputTokens, ms + 500, 'tool_use'))
    lines.push(user([{ type: 'tool_result', tool_use_id: call, content: 'one\ntwo' }], ms + 900))
  }
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer)
  const ms = 1_000 + toolCalls * 2_000
  if (answer !== undefined) lines.push(said(toolCalls, { type: 'text', text }, outputTokens, ms, 'end_turn'))
  return linesOf(lines)
}

/** Usage of an answer as the wire has it: 1,000 tokens of input, 500 of them read from the cache. */
export function usageOf(outputTokens: number) {
  return {
    input_tokens: 500,
    output_tokens: outputTokens,
    cache_creation_input_tokens: 200,
    cache_read_input_tokens: 300,
    cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 0 },
    service_tier: 'standard',
  }
}

function summaryOf(run: string, written: WrittenRun, at: number) {
  const { agents, status = 'completed', script, args, result, summary } = written
  return {
    runId: run,
    workflowName: 'audit',
    status,
    startTime: at,
    durationMs: 60_000,
    timestamp: new Date(at + 60_000).toISOString(),
    defaultModel: 'claude-sonnet-5-5',
    ...(script === undefined ? {} : { script }),
    ...(args === undefined ? {} : { args }),
    ...(result === undefined ? {} : { result }),
    agentCount: agents.length,
    totalTokens: agents.length * 1_100,
    phases: [...new Set(agents.flatMap(({ phase }) => phase ?? []))].map((title) => ({ title })),
    workflowProgress: agents.map(({ answer, fails, phase, label, model }, index) => ({
      type: 'workflow_agent',
      agentId: idOf(index),
      index,
      label: label ?? `agent ${index + 1}`,
      ...(phase === undefined ? {} : { phaseTitle: phase, phaseIndex: 1 }),
      model: model ?? 'claude-sonnet-5-5',
      state: progressOf(answer, fails),
      durationMs: 2_000,
    })),
    ...summary,
  }
}

function progressOf(answer: Json | undefined, fails: boolean | undefined): string {
  if (fails === true) return 'error'
  return answer === undefined ? 'progress' : 'done'
}
