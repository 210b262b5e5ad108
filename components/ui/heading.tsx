'use client'

import { type ComponentProps, createContext, type ReactNode, useContext } from 'react'

/** Level of the heading that stands above: the page's own, unless something says otherwise. */
const LevelContext = createContext(1)

const tags = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const

/** Level of the heading under which this stands, from 1 to 6. */
export function useHeadingLevel(): number {
  return useContext(LevelContext)
}

/** What stands under a heading of this level. */
export function UnderHeading({ level, children }: { level: number; children: ReactNode }) {
  return <LevelContext value={level}>{children}</LevelContext>
}

type Props = Omit<ComponentProps<'section'>, 'title'> & { title: ReactNode; headingClass: string }

/** A part of a page under a heading of its own, one level below the heading that it stands under. */
export function HeadedSection({ title, headingClass, children, ...rest }: Props) {
  const level = Math.min(tags.length, useHeadingLevel() + 1)
  const Heading = tags[level - 1] ?? 'h6'
  return (
    <section {...rest}>
      <Heading className={headingClass}>{title}</Heading>
      <UnderHeading level={level}>{children}</UnderHeading>
    </section>
  )
}
