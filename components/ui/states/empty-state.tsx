import type { ReactNode } from 'react'

/** Nothing here yet, and what to do about it. */
export function EmptyState({
  title,
  level: Heading = 'h2',
  children,
  action,
}: {
  title: string
  /** `h1` where it is all that its page says. */
  level?: 'h1' | 'h2'
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="flex flex-col items-center justify-center gap-2 px-6 py-14 text-center">
      <Threads />
      <Heading className="mt-2 text-base font-semibold">{title}</Heading>
      {children && <div className="max-w-md text-sm text-ink-2">{children}</div>}
      {action && <div className="mt-3 flex gap-2">{action}</div>}
    </div>
  )
}

function Threads() {
  return (
    <svg
      viewBox="0 0 96 40"
      width="96"
      height="40"
      aria-hidden="true"
      fill="none"
      className="text-line-strong"
    >
      <g stroke="currentColor" strokeWidth="1.5">
        <path d="M14 20C34 20 42 5 78 5M14 20C34 20 44 12.5 78 12.5M14 20H78M14 20C34 20 44 27.5 78 27.5M14 20C34 20 42 35 78 35" />
      </g>
      <circle cx="11" cy="20" r="5" className="fill-accent" />
      {[5, 12.5, 20, 27.5, 35].map((y) => (
        <rect key={y} x="78" y={y - 3} width="6" height="6" rx="1.5" fill="currentColor" />
      ))}
    </svg>
  )
}
