import { person } from '@/lib/core/base/actor'
import { noUsage } from '@/lib/core/money/usage'
import type { Envelope, EventOf, RunEvent } from '@/lib/core/run/events'
import { foldAll } from '@/lib/core/run/fold'
import type { RunState } from '@/lib/core/run/state'
import { noBounds, noPermissions } from '@/lib/core/spec/permissions'
import { defaultLimits } from '@/lib/core/spec/run'

const start = Date.parse('2026-11-22T10:00:00.000Z')

/** An ISO time some seconds into the journal. */
export function at(seconds: number): string {
  return new Date(start + seconds * 1000).toISOString()
}

/** Envelopes of a run from its events, a second apart, the creation put first. */
export function journalFixture(phases: readonly string[], ...events: RunEvent[]): Envelope[] {
  const created: RunEvent = {
    type: 'run.created',
    actor: person('ada'),
    spec: {
      title: 'Audit',
      orchestrator: 'script',
      workflow: { name: 'code-audit', description: 'Audits', digest: 'd', origin: 'built-in', version: null },
      phases: phases.map((title) => ({ title, detail: null, model: null })),
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
      launchedBy: person('ada'),
      project: 'default',
    },
  }
  return [created, { type: 'run.started' } satisfies RunEvent, ...events].map((event, index) => ({
    runId: 'r1',
    seq: index + 1,
    at: at(index),
    event,
  }))
}

/** The state after a journal. */
export function told(phases: readonly string[], ...events: RunEvent[]): RunState {
  return foldAll(null, journalFixture(phases, ...events))
}

let position = 0

export function created(
  agentId: string,
  phase: string | null,
  dependsOn: string[] = [],
): EventOf<'agent.created'> {
  return {
    type: 'agent.created',
    agentId,
    position: position++,
    parentId: null,
    scope: '',
    callSite: { line: 4, column: 7 },
    barrier: null,
    label: `label ${agentId}`,
    phase,
    key: agentId,
    requestedModel: null,
    model: 'claude-sonnet-5-5',
    delivery: 'live',
    dependsOn,
    preview: `asked ${agentId}`,
  }
}

/** The same call, made in an item of a barrier. */
export function inItem(
  event: EventOf<'agent.created'>,
  barrierId: string,
  item: number,
): EventOf<'agent.created'> {
  return { ...event, barrier: { barrierId, item } }
}

export function ended(agentId: string, outcome: 'succeeded' | 'flagged' | 'failed' = 'succeeded'): RunEvent {
  return {
    type: 'agent.ended',
    agentId,
    outcome,
    failure:
      outcome === 'failed'
        ? {
            kind: 'schema',
            message: 'No answer of that shape.',
            status: null,
            requestId: null,
            retryAfterMs: null,
          }
        : null,
    preview: `answer of ${agentId}`,
    reusedFrom: null,
    actor: null,
  }
}

export function committed(agentId: string, turn: number): EventOf<'turn.committed'> {
  return {
    type: 'turn.committed',
    agentId,
    turn,
    attempt: 1,
    model: 'claude-sonnet-5-5',
    unsettled: null,
    usage: { ...noUsage, inputTokens: 100, outputTokens: 50 },
    cost: {
      totalNanoUsd: 700_000,
      byKind: {
        input: 200_000,
        cacheWrite5m: 0,
        cacheWrite1h: 0,
        cacheRead: 0,
        output: 500_000,
        webSearch: 0,
      },
    },
    stopReason: 'end_turn',
    refusal: null,
    isWasted: false,
    requestId: null,
    firstTokenAt: null,
  }
}

/** A question that asks for yes or no. */
export const question: EventOf<'checkpoint.opened'> = {
  type: 'checkpoint.opened',
  key: 'k1',
  checkpointId: 'c1',
  scope: '',
  kind: 'question',
  title: 'Go on?',
  detail: '',
  input: null,
  dueAt: null,
  hasDefault: false,
  default: null,
  callSite: null,
}
