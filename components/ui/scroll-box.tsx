import type { ReactNode } from 'react'

type Props = { label: string; className?: string; children: ReactNode }

/**
 * A named part of the page that scrolls by itself, and therefore takes the focus: arrow keys must reach its
 * end.
 */
export function ScrollBox({ label, className, children }: Props) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section tabIndex={0} aria-label={label} className={className}>
      {children}
    </section>
  )
}
