import { cx } from '@/components/ui/class-names'
import { ErrorNote, Skeleton } from '@/components/ui/messages'
import type { WorkflowSummary } from '@/lib/api/workflows'
import { problemOf } from '@/lib/client/http/api'
import type { GoalSources } from '@/lib/client/queries/use-goal-sources'
import { errorText, type FormProps } from './form-props'
import { GoalFields } from './goal-fields'
import { ScriptField } from './script-field'
import { Section } from './section'
import { WorkflowCard } from './workflow-card'

type Props = FormProps & {
  added: GoalSources
  workflows: { data: WorkflowSummary[] | undefined; error: Error | null }
}

const sources = [
  { value: 'goal', label: 'Goal' },
  { value: 'workflow', label: 'Workflow' },
  { value: 'script', label: 'Paste a script' },
] as const

/** A goal in words, a workflow of the library, or a script in the same dialect. */
export function SourcePicker({ form, edit, added, workflows, errorOf }: Props) {
  return (
    <Section title="What to run">
      <fieldset className="flex self-start rounded-md border bg-sunken p-0.5">
        <legend className="sr-only">Source of the run</legend>
        {sources.map(({ value, label }) => (
          <label
            key={value}
            className={cx(
              'cursor-pointer rounded-sm px-3 py-1 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent',
              form.source === value
                ? 'bg-raised font-medium shadow-[0_0_0_1px_var(--color-line-strong)]'
                : 'text-ink-2',
            )}
          >
            <input
              type="radio"
              name="source"
              className="sr-only"
              checked={form.source === value}
              onChange={() => edit('source', value)}
            />
            {label}
          </label>
        ))}
      </fieldset>
      {form.source === 'goal' && <GoalFields form={form} edit={edit} errorOf={errorOf} sources={added} />}
      {form.source === 'script' && (
        <ScriptField
          script={form.script}
          onScript={(script) => edit('script', script)}
          error={errorOf('script')}
        />
      )}
      {form.source === 'workflow' && (
        <Library form={form} edit={edit} workflows={workflows} errorOf={errorOf} />
      )}
    </Section>
  )
}

function Library({ form, edit, workflows, errorOf }: Omit<Props, 'added'>) {
  if (workflows.error !== null) {
    const problem = problemOf(workflows.error)
    return <ErrorNote title={`The library could not be read: ${problem.title}`} detail={problem.detail} />
  }
  if (workflows.data === undefined) {
    return (
      <div className="grid gap-2 sm:grid-cols-2">
        <Skeleton className="h-24" />
        <Skeleton className="h-24" />
      </div>
    )
  }
  const error = errorText(errorOf('workflow'))
  if (workflows.data.length === 0) {
    return <p className="panel px-4 py-5 text-sm text-ink-2">The library is empty. Paste a script instead.</p>
  }
  return (
    <fieldset>
      <legend className="sr-only">Workflow</legend>
      <div className="grid gap-2 sm:grid-cols-2">
        {workflows.data.map((workflow) => (
          <WorkflowCard
            key={workflow.name}
            workflow={workflow}
            isPicked={form.workflow === workflow.name}
            onPick={() => edit('workflow', workflow.name)}
          />
        ))}
      </div>
      {error !== undefined && <p className="mt-1 text-xs text-failed">{error}</p>}
    </fieldset>
  )
}
