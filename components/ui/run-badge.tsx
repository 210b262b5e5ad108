import type { RunStatus } from '@/lib/core/run'
import { runFace } from '@/lib/view/states'
import { cx } from './class-names'
import { StateMark } from './state-mark'

export function RunBadge({ status, className }: { status: RunStatus; className?: string }) {
  const face = runFace(status)
  return (
    <span className={cx('inline-flex items-center gap-1.5 whitespace-nowrap text-sm font-medium text-ink', className)}>
      <StateMark mark={face.mark} />
      {face.label}
    </span>
  )
}
