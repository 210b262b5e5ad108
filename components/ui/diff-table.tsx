'use client'

import { Fragment, useState } from 'react'
import type { DiffLine } from '@/lib/api/workflows'
import { type LinePair, sideBySide } from '@/lib/view/changes/side-by-side'
import { formatCount } from '@/lib/view/format/numbers'
import { Button } from './actions/button'
import { cx } from './class-names'
import { LongText } from './long-text'

/** How a comparison is drawn: one column in which lines replace each other, or before beside after. */
export const diffLayouts = ['unified', 'split'] as const
export type DiffLayout = (typeof diffLayouts)[number]

type Kind = DiffLine['kind']
const signs: Record<Kind, string> = { same: ' ', added: '+', removed: '−' }
const words: Record<Kind, string> = { same: '', added: 'added: ', removed: 'removed: ' }
const fills: Record<Kind, string> = { same: '', added: 'bg-added', removed: 'bg-removed' }

/** Lines drawn before anybody asks for more. */
const LINES_AT_ONCE = 1_000
/** Characters of one line: a minified file has one of a million. */
const CHARACTERS_AT_ONCE = 2_000

type Props = { hunks: readonly (readonly DiffLine[])[]; layout?: DiffLayout }

/** The hunks of a comparison with their line numbers, unwrapped; long ones are drawn part by part. */
export function DiffTable({ hunks, layout = 'unified' }: Props) {
  const [most, setMost] = useState(LINES_AT_ONCE)
  const shown = firstLines(hunks, most)
  const left = hunks.reduce((sum, hunk) => sum + hunk.length, 0) - most
  const columns = layout === 'split' ? 6 : 4
  return (
    <>
      <table
        className={cx(
          'w-full border-collapse font-mono text-xs leading-5',
          layout === 'split' && 'min-w-[44rem] table-fixed',
        )}
      >
        {layout === 'split' && (
          <colgroup>
            {['before', 'after'].map((side) => (
              <Fragment key={side}>
                <col className="w-12" />
                <col className="w-5" />
                <col />
              </Fragment>
            ))}
          </colgroup>
        )}
        <tbody>
          {shown.map((hunk, at) => (
            <Fragment key={`${hunk[0]?.from}.${hunk[0]?.to}`}>
              {at > 0 && (
                <tr className="bg-sunken text-ink-3">
                  <td colSpan={columns} className="px-3 text-center">
                    ⋯
                  </td>
                </tr>
              )}
              {layout === 'split'
                ? sideBySide(hunk).map((pair) => <PairRow key={keyOf(pair)} pair={pair} />)
                : hunk.map((line) => <LineRow key={`${line.from}.${line.to}`} line={line} />)}
            </Fragment>
          ))}
        </tbody>
      </table>
      {left > 0 && (
        <Button variant="quiet" size="sm" className="m-2" onClick={() => setMost(most + LINES_AT_ONCE)}>
          Show more of {formatCount(left)} lines
        </Button>
      )}
    </>
  )
}

const number = 'num w-12 select-none px-2 text-right align-top text-ink-3'
const sign = 'w-5 select-none px-1 text-center align-top'

function LineRow({ line }: { line: DiffLine }) {
  const { kind, from, to } = line
  return (
    <tr className={fills[kind]}>
      <td className={number}>{from}</td>
      <td className={number}>{to}</td>
      <td aria-hidden="true" className={cx(sign, kind === 'same' ? 'text-ink-3' : 'text-ink')}>
        {signs[kind]}
      </td>
      <td className="whitespace-pre pr-4">
        <Words line={line} />
      </td>
    </tr>
  )
}

function PairRow({ pair: { before, after } }: { pair: LinePair }) {
  return (
    <tr>
      <Side line={before} number={before?.from ?? null} />
      <Side line={after} number={after?.to ?? null} isAfter />
    </tr>
  )
}

type SideProps = { line: DiffLine | null; number: number | null; isAfter?: boolean }

/** One of two columns; wrapped, so both stay in sight. */
function Side({ line, number: count, isAfter = false }: SideProps) {
  const fill = line === null ? 'bg-sunken' : fills[line.kind]
  return (
    <>
      <td className={cx(number, fill, isAfter && 'border-l')}>{count}</td>
      <td aria-hidden="true" className={cx(sign, fill)}>
        {line === null ? '' : signs[line.kind]}
      </td>
      <td className={cx('whitespace-pre-wrap break-words pr-2 align-top', fill)}>
        {line !== null && <Words line={line} />}
      </td>
    </>
  )
}

function Words({ line: { kind, text } }: { line: DiffLine }) {
  return (
    <>
      <span className="sr-only">{words[kind]}</span>
      <LongText text={text} first={CHARACTERS_AT_ONCE} className="" />
    </>
  )
}

function keyOf({ before, after }: LinePair): string {
  return `${before?.from ?? ''}.${after?.to ?? ''}`
}

/** The first lines of all hunks together. */
function firstLines(hunks: Props['hunks'], most: number): (readonly DiffLine[])[] {
  let left = most
  return hunks.flatMap((hunk) => {
    if (left <= 0) return []
    const part = hunk.slice(0, left)
    left -= part.length
    return [part]
  })
}
