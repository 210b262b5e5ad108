import type { ReactElement } from 'react'
import type { StatusIconName } from '@/lib/view/agent/status-display'
import { cx } from './class-names'

const colours: Record<StatusIconName, string> = {
  queued: 'text-queued',
  waiting: 'text-waiting',
  running: 'text-running',
  stalled: 'text-stalled',
  succeeded: 'text-succeeded',
  flagged: 'text-flagged',
  failed: 'text-failed',
  skipped: 'text-skipped',
  cancelled: 'text-cancelled',
  reused: 'text-reused',
  paused: 'text-waiting',
  mixed: 'text-failed',
  limit: 'text-stalled',
  question: 'text-accent',
}

/** The icon of a status: a shape of its own, so colour is not the only sign. Always shown beside a word. */
export function StatusIcon({
  icon,
  size = 14,
  className,
}: {
  icon: StatusIconName
  size?: number
  className?: string
}) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      aria-hidden="true"
      className={cx('shrink-0', colours[icon], className)}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {shapes[icon]}
    </svg>
  )
}

const disc = <circle cx="8" cy="8" r="7" fill="currentColor" stroke="none" />
const cut = 'var(--color-surface)'

const shapes: Record<StatusIconName, ReactElement> = {
  queued: <circle cx="8" cy="8" r="6" strokeDasharray="2.4 2.3" />,
  waiting: (
    <>
      <circle cx="8" cy="8" r="6.1" />
      <path d="M8 4.6V8l2.2 1.5" />
    </>
  ),
  running: (
    <>
      <circle cx="8" cy="8" r="6.1" opacity="0.45" />
      <circle cx="8" cy="8" r="3.1" fill="currentColor" stroke="none" />
    </>
  ),
  stalled: (
    <>
      <circle cx="8" cy="8" r="6.1" />
      <path d="M4 10.2 10.2 4M5.8 12.2l6.4-6.4" />
    </>
  ),
  succeeded: (
    <>
      {disc}
      <path d="m5 8.3 2.1 2.1L11.2 6" stroke={cut} />
    </>
  ),
  flagged: (
    <>
      <circle cx="8" cy="8" r="6.1" />
      <path d="M8 1.9a6.1 6.1 0 0 1 0 12.2Z" fill="currentColor" />
    </>
  ),
  failed: (
    <>
      {disc}
      <path d="m5.6 5.6 4.8 4.8m0-4.8-4.8 4.8" stroke={cut} />
    </>
  ),
  skipped: <path d="m3.5 4 4 4-4 4m5-8 4 4-4 4" />,
  cancelled: (
    <>
      <circle cx="8" cy="8" r="6.1" />
      <path d="M5.2 8h5.6" />
    </>
  ),
  reused: (
    <>
      <circle cx="8" cy="8" r="6.1" />
      <circle cx="8" cy="8" r="2.6" />
    </>
  ),
  paused: (
    <>
      <circle cx="8" cy="8" r="6.1" />
      <path d="M6.5 5.8v4.4m3-4.4v4.4" />
    </>
  ),
  mixed: (
    <>
      <circle cx="8" cy="8" r="6.1" />
      <path d="M8 4.7v3.8" />
      <path d="M8 11.1v.1" />
    </>
  ),
  question: (
    <>
      <circle cx="8" cy="8" r="6.1" />
      <path d="M6.2 6.4a1.8 1.8 0 1 1 2.6 1.6c-.6.3-.8.6-.8 1.1" />
      <path d="M8 11.3v.1" />
    </>
  ),
  limit: (
    <>
      <circle cx="8" cy="8" r="6.1" />
      <rect x="5.8" y="5.8" width="4.4" height="4.4" rx=".6" fill="currentColor" stroke="none" />
    </>
  ),
}
