import type { ReactNode } from 'react'
import { cx } from './class-names'

type Props = { label: string; className?: string; children: ReactNode }

/**
 * A named part of the page that scrolls by itself, and therefore takes the focus: arrow keys must reach its
 * end.
 */
export function ScrollBox({ label, className, children }: Props) {
  return (
    // Words for screen readers alone are placed by what they are in: without a place here they widen the page.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section tabIndex={0} aria-label={label} className={cx('relative', className)}>
      {children}
    </section>
  )
}
