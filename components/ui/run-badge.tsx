import type { RunStatus } from '@/lib/core/run'
import { runStatusDisplay } from '@/lib/view/status-display'
import { cx } from './class-names'
import { StatusIcon } from './status-icon'

export function RunBadge({ status, className }: { status: RunStatus; className?: string }) {
  const display = runStatusDisplay(status)
  return (
    <span className={cx('inline-flex items-center gap-1.5 whitespace-nowrap text-sm font-medium text-ink', className)}>
      <StatusIcon icon={display.icon} />
      {display.label}
    </span>
  )
}
