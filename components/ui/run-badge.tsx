import type { RunStatus } from '@/lib/core/spec/run'
import { runStatusDisplay } from '@/lib/view/agent/status-display'
import { cx } from './class-names'
import { StatusIcon } from './status-icon'

export function RunBadge({ status, className }: { status: RunStatus; className?: string }) {
  const display = runStatusDisplay(status)
  return (
    <span
      className={cx(
        'inline-flex items-center gap-1.5 whitespace-nowrap text-sm font-medium text-ink',
        className,
      )}
    >
      <StatusIcon icon={display.icon} />
      {display.label}
    </span>
  )
}
