import type { Orchestrator } from '@/lib/core/spec/run-status'

const goals: Readonly<Record<Exclude<Orchestrator, 'script'>, string>> = {
  plan: 'goal, planned first',
  live: 'goal, decided as it goes',
}

/** What a run was launched from, in a few words. */
export function sourceName(orchestrator: Orchestrator, workflow: string | null): string {
  return orchestrator === 'script' ? (workflow ?? 'pasted script') : goals[orchestrator]
}
