import { cx } from '@/components/ui/class-names'
import type { WorkflowSummary } from '@/lib/api/workflows'
import { originLabels } from '@/lib/view/workflows/workflow-view'

type Props = { workflow: WorkflowSummary; isPicked: boolean; onPick: () => void }

export function WorkflowCard({ workflow, isPicked, onPick }: Props) {
  return (
    <label
      title={workflow.whenToUse ?? undefined}
      className={cx(
        'flex cursor-pointer flex-col gap-1.5 rounded-lg border bg-surface p-3.5 transition-colors hover:border-control',
        'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
        isPicked && 'border-accent ring-1 ring-accent',
      )}
    >
      <span className="flex items-center gap-2">
        <input
          type="radio"
          name="workflow"
          checked={isPicked}
          onChange={onPick}
          className="size-3.5 accent-[var(--color-accent-fill)] outline-none"
        />
        <span className="min-w-0 truncate text-sm font-semibold">{workflow.name}</span>
        <span className="ml-auto text-2xs text-ink-3">{originLabels[workflow.origin]}</span>
      </span>
      <span className="line-clamp-2 text-xs text-ink-2">{workflow.description}</span>
      {workflow.phases.length > 0 && (
        <span className="mt-auto truncate text-2xs text-ink-3">
          {workflow.phases.map((phase) => phase.title).join(' → ')}
        </span>
      )}
    </label>
  )
}
