'use client'

import { useSearchParams } from 'next/navigation'
import { Loading } from '@/components/ui/states/loading'
import { useRunInput } from '@/lib/client/queries/run-queries'
import { useWorkflows } from '@/lib/client/queries/workflow-queries'
import { KeptLaunch } from './kept-launch'
import { Launcher } from './launcher'

/** The launch form, empty, filled with the settings of an earlier run, or with what a schedule launches. */
export function LaunchScreen() {
  const schedule = useSearchParams().get('schedule')
  return schedule === null ? <NewLaunch /> : <KeptLaunch key={schedule} scheduleId={schedule} />
}

function NewLaunch() {
  const params = useSearchParams()
  const from = params.get('from')
  const input = useRunInput(from)
  const workflows = useWorkflows()
  if (from !== null && (input.isPending || workflows.isPending))
    return <Loading label="Loading the settings of that run…" />
  // A pasted script has a name too, but only workflows of the library can be launched by name.
  const isSaved = workflows.data?.some(({ name }) => name === params.get('workflow')) ?? false
  const isGoal = params.has('goal') || params.has('mode')
  const isPasted = params.has('paste') || (from !== null && !isSaved)
  const sourceIfNoGoal = isPasted ? 'script' : 'workflow'
  const source = isGoal ? 'goal' : sourceIfNoGoal
  return <Launcher key={from} input={input.data ?? null} source={source} kept={null} />
}
