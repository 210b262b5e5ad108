import type { RunStatus } from '@/lib/core/spec/run-status'
import { runStatusDisplay } from '@/lib/view/agent/status-display'
import { cx } from './class-names'
import { StatusIcon } from './status-icon'

type Props = {
  status: RunStatus
  /** Whether it waits for the answer of a person. */
  asks?: boolean
  className?: string
}

export function RunBadge({ status, asks = false, className }: Props) {
  const display = runStatusDisplay(status, asks)
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
