import type { ScheduledTimeShown } from '@/lib/api/automations/schedules'
import type { LaunchInput } from '@/lib/api/runs'
import type { ScheduledOutcome } from '@/lib/core/ports/schedule-store'
import type { DeliveryOutcome } from '@/lib/core/ports/trigger-store'

const words: Readonly<Record<ScheduledOutcome | DeliveryOutcome, string>> = {
  due: 'Being launched',
  waiting: 'Waits for the run before it',
  launched: 'Launched; the run was deleted',
  'skipped-busy': 'Skipped: the run before it still went on',
  'skipped-ceiling': 'Skipped: the month is used up',
  'skipped-quota': 'Skipped: a quota is used up',
  'skipped-off': 'Skipped: it was off',
  'skipped-body': 'Skipped: its body does not fit',
  fetching: 'Its source is fetched from GitHub',
  'skipped-event': 'Skipped: not what it waits for',
  'skipped-untrusted': 'Skipped: not to be trusted',
  missed: 'Missed',
  refused: 'Could not be launched',
}

/** What became of a time of a schedule or a delivery to a trigger, where no run says more. */
export function outcomeWords({ outcome }: { outcome: ScheduledOutcome | DeliveryOutcome }): string {
  return words[outcome]
}

/** What became of a run that somebody asked for now. */
export function runNowWords(
  name: string,
  { outcome, detail }: Pick<ScheduledTimeShown, 'outcome' | 'detail'>,
): string {
  return outcome === 'launched' ? `A run of ${name} was launched` : (detail ?? words[outcome])
}

/** What a schedule or a trigger launches: the name of its workflow, or the beginning of what stands for one. */
export function scheduledWhat({ launch }: { launch: LaunchInput | null }): string {
  if (launch === null) return 'something that cannot be read any more: delete it, and make it again'
  const { workflow, goal, workspace } = launch
  const folder = workspace === undefined ? '' : ` on ${workspace.split('/').at(-1)}`
  if (workflow !== undefined) return `${workflow}${folder}`
  if (goal !== undefined) return `“${goal.length > 60 ? `${goal.slice(0, 60)}…` : goal}”${folder}`
  return `a script${folder}`
}
