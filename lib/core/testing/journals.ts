import fc from 'fast-check'
import { failure } from '../agent/failure'
import { person } from '../base/actor'
import { noUsage } from '../money/usage'
import type { Envelope, RunEvent } from '../run/events'
import { noBounds, noPermissions } from '../spec/permissions'
import { defaultLimits, type RunSpec } from '../spec/run'

/** A launch that nothing is special about. */
export const plainSpec: RunSpec = {
  title: 'a run',
  orchestrator: 'script',
  workflow: { name: 'w', description: 'd', digest: 'x', origin: null, version: null },
  phases: [{ title: 'one', detail: null, model: null }],
  phaseSettings: {},
  cacheWarmUpSeconds: 0,
  limits: defaultLimits,
  budgetTokens: null,
  sampleItems: null,
  onLimit: 'pause',
  minSuccess: 0.5,
  breaker: { failures: 8 },
  concurrency: null,
  model: 'claude-sonnet-5-5',
  models: null,
  effort: null,
  fallbackModel: null,
  allowsLongContext: false,
  workspace: null,
  workspaceNotes: true,
  permissions: noPermissions,
  whenNotPermitted: 'refuse',
  permissionBounds: noBounds,
  tags: [],
  dryRun: null,
  speed: 'standard',
  delivery: 'live',
  forkedFrom: null,
  overrides: [],
  approved: null,
  estimate: null,
  simulated: true,
  launchedBy: person('tester'),
  project: 'default',
}

const actSchema = fc.record({
  what: fc.constantFrom(
    'create',
    'turn',
    'fail',
    'batch',
    'tool',
    'flag',
    'wait',
    'stall',
    'end',
    'log',
    'pause',
    'resume',
    'limits',
    'barrier',
    'reject',
    'again',
    'steer',
    'workflow',
    'ask',
    'answer',
  ),
  pick: fc.nat(),
  amount: fc.integer({ min: 0, max: 1_000_000 }),
  yes: fc.boolean(),
})
type Act = typeof actSchema extends fc.Arbitrary<infer T> ? T : never

/** Events of a run that could have happened: only agents that exist and have not ended do anything. */
export const someEvents: fc.Arbitrary<RunEvent[]> = fc.array(actSchema, { maxLength: 80 }).map(eventsOf)

/** Events as envelopes, a second apart. */
export function envelopesOf(events: readonly RunEvent[], runId = 'run'): Envelope[] {
  return events.map((event, index) => ({ runId, seq: index + 1, at: timeAt(index), event }))
}

export function timeAt(index: number): string {
  return new Date(Date.UTC(2026, 10, 22, 12, 0, index)).toISOString()
}

function eventsOf(acts: readonly Act[]): RunEvent[] {
  const events: RunEvent[] = [
    { type: 'run.created', spec: plainSpec, actor: person('tester') },
    { type: 'run.approved', actor: person('tester') },
    { type: 'run.started' },
  ]
  const open = new Map<string, number>()
  const ended: string[] = []
  const asked: string[] = []
  let created = 0
  let isPaused = false
  for (const [index, { what, pick, amount, yes }] of acts.entries()) {
    const agentId = [...open.keys()][pick % Math.max(1, open.size)]
    if (what === 'create') {
      const id = `a${++created}`
      open.set(id, 0)
      events.push(creation(id, created - 1, yes ? 'one' : amount % 2 === 0 ? null : `own ${amount % 3}`))
    } else if (what === 'log') {
      events.push(
        yes
          ? { type: 'run.logged', message: `line ${amount}` }
          : { type: 'run.noted', message: 'n', agentId: agentId ?? null, callSite: null },
      )
    } else if (what === 'pause' && !isPaused) {
      isPaused = true
      events.push({
        type: 'run.paused',
        reason: 'person',
        detail: 'd',
        phase: null,
        resumesAt: null,
        actor: person('ann'),
      })
    } else if (what === 'resume' && isPaused) {
      isPaused = false
      events.push({ type: 'run.resumed', pausedMs: 0, actor: person('ann') })
    } else if (what === 'limits') {
      events.push({
        type: 'run.limits-changed',
        limits: { ...defaultLimits, nanoUsd: amount },
        concurrency: null,
        actor: person('ann'),
      })
    } else if (what === 'barrier') {
      events.push(
        yes
          ? {
              type: 'barrier.opened',
              barrierId: String(pick % 4),
              kind: 'parallel',
              size: 3,
              callSite: null,
              within: null,
            }
          : { type: 'barrier.closed', barrierId: String(pick % 4) },
      )
    } else if (what === 'workflow') {
      const phases = [{ title: yes ? 'one' : `child ${amount % 3}`, detail: 'd', model: null }]
      const scope = `child#${index}`
      events.push(
        { type: 'workflow.entered', scope, name: 'child', digest: 'x', phases, callSite: null },
        { type: 'workflow.ended', scope, error: yes ? null : { message: 'm', line: 1, column: null } },
        {
          type: 'call.refused',
          scope: '',
          key: `k${index}`,
          message: 'no',
          callSite: null,
          endsRun: false,
          cap: null,
        },
      )
    } else if (what === 'ask') {
      asked.push(`c${asked.length + 1}`)
      events.push(question(`c${asked.length}`, yes))
    } else if (what === 'answer' && asked.length > 0) {
      const checkpointId = asked[pick % asked.length] ?? 'c1'
      events.push(
        yes
          ? {
              type: 'checkpoint.answered',
              checkpointId,
              value: { amount },
              by: 'person',
              actor: person('ann'),
            }
          : { type: 'checkpoint.expired', checkpointId },
      )
    } else if (what === 'reject' && ended.length > 0) {
      events.push({ type: 'agent.rejected', agentId: ended[pick % ended.length] ?? '' })
    } else if (agentId !== undefined) {
      events.push(...agentEvents(what, agentId, open, { index, amount, yes }))
      if (!open.has(agentId)) ended.push(agentId)
    }
  }
  return events
}

function agentEvents(
  what: Act['what'],
  agentId: string,
  open: Map<string, number>,
  { index, amount, yes }: { index: number; amount: number; yes: boolean },
): RunEvent[] {
  const turn = open.get(agentId) ?? 0
  const ref = { agentId, turn, attempt: 1 }
  const started: RunEvent = {
    type: 'turn.started',
    ...ref,
    model: 'm',
    maxTokens: 10,
    reservedNanoUsd: yes ? amount : null,
    account: null,
    batchId: null,
    reservedTokens: 0,
    clampedBy: null,
  }
  switch (what) {
    case 'turn': {
      open.set(agentId, turn + 1)
      const byKind = {
        input: amount,
        cacheWrite5m: 0,
        cacheWrite1h: 0,
        cacheRead: 0,
        output: 5,
        webSearch: 0,
      }
      const isMetered = amount % 11 !== 0
      const cost = amount % 7 === 0 || !isMetered ? null : { totalNanoUsd: amount + 5, byKind }
      const usage = isMetered
        ? { ...noUsage, inputTokens: amount, outputTokens: index }
        : { ...noUsage, isMetered }
      const unsettled = isMetered
        ? null
        : { nanoUsd: amount * 3, tokens: amount + index, outputTokens: index }
      const rest = {
        unsettled,
        stopReason: 'end_turn',
        refusal: null,
        isWasted: false,
        requestId: null,
        firstTokenAt: null,
      }
      return [
        { type: 'agent.started', agentId, attempt: 1 },
        started,
        { type: 'turn.committed', ...ref, model: 'm-2', usage, cost, ...rest },
      ]
    }
    case 'batch': {
      open.set(agentId, turn + 1)
      const batchId = `r${index}`
      const counts = { processing: 0, succeeded: 1, errored: 0, canceled: 0, expired: 0 }
      const left: RunEvent[] = [
        { ...started, batchId },
        {
          type: 'batch.prepared',
          batchId,
          phase: null,
          turns: [{ ...ref, customId: `${agentId}-${turn}` }],
          isExtended: yes,
        },
        {
          type: 'batch.submitted',
          batchId,
          providerBatchId: `msgbatch_${index}`,
          expiresAt: null,
          isFound: yes,
        },
      ]
      // Now and then nobody hears of it any more: its reservation has to stay, whatever becomes of the agent.
      if (amount % 3 === 0) return left
      const cost = { totalNanoUsd: amount, byKind: { ...noKinds, output: amount } }
      const usage = { ...noUsage, serviceTier: 'batch' as const, outputTokens: amount }
      const rest = {
        unsettled: null,
        stopReason: 'end_turn',
        refusal: null,
        isWasted: false,
        requestId: null,
        firstTokenAt: null,
      }
      return [
        ...left,
        { type: 'batch.ended', batchId, outcome: 'ended', counts, detail: null },
        amount % 3 === 1
          ? { type: 'turn.committed', ...ref, model: 'm', usage, cost, ...rest }
          : {
              type: 'turn.failed',
              ...ref,
              failure: failure('timeout', 'x'),
              unsettledNanoUsd: 0,
              unsettledTokens: 0,
              willRetry: yes,
            },
      ]
    }
    case 'fail':
      return [
        started,
        {
          type: 'turn.failed',
          ...ref,
          failure: failure('overloaded', 'x'),
          unsettledNanoUsd: amount,
          unsettledTokens: amount * 2,
          willRetry: yes,
        },
      ]
    case 'tool':
      return [
        { type: 'tool.started', ...ref, toolUseId: 't', name: 'read_file' },
        { type: 'tool.ended', ...ref, toolUseId: 't', name: 'read_file', isError: yes },
      ]
    case 'flag':
      return [{ type: 'flag.raised', agentId, flag: { kind: 'uncertain', reason: 'r' } }]
    case 'wait':
      return [
        {
          type: 'agent.waiting',
          agentId,
          reason: yes ? 'slot' : 'back-off',
          until: yes ? null : timeAt(index),
          cap: null,
        },
      ]
    case 'stall':
      return yes
        ? [{ type: 'agent.stalled', agentId, silentMs: amount }]
        : [{ type: 'agent.recovered', agentId }]
    case 'again':
      return [{ type: 'agent.retried', agentId, actor: person('ann') }]
    case 'steer':
      return yes
        ? [{ type: 'agent.steered', agentId, message: 'm', actor: person('ann') }]
        : [{ type: 'agent.steering-delivered', agentId, count: 1 }]
    case 'end': {
      open.delete(agentId)
      const outcome =
        (['succeeded', 'flagged', 'failed', 'cancelled', 'skipped'] as const)[amount % 5] ?? 'failed'
      const why = outcome === 'failed' ? failure('internal', 'x') : null
      return [
        { type: 'agent.ended', agentId, outcome, failure: why, preview: 'p', reusedFrom: null, actor: null },
      ]
    }
    default:
      return []
  }
}

const noKinds = { input: 0, cacheWrite5m: 0, cacheWrite1h: 0, cacheRead: 0, output: 0, webSearch: 0 }

function question(checkpointId: string, hasDefault: boolean): RunEvent {
  const rest = { scope: '', detail: 'd', input: null, dueAt: null, hasDefault, default: null, callSite: null }
  return {
    type: 'checkpoint.opened',
    checkpointId,
    key: checkpointId,
    kind: 'question',
    title: 'Go on?',
    ...rest,
  }
}

function creation(agentId: string, position: number, phase: string | null): RunEvent {
  const rest = {
    parentId: null,
    scope: '',
    callSite: null,
    barrier: null,
    requestedModel: null,
    delivery: 'live' as const,
    dependsOn: [],
    preview: '',
  }
  return {
    type: 'agent.created',
    agentId,
    position,
    label: agentId,
    phase,
    key: `k${position}`,
    model: 'm',
    ...rest,
  }
}
