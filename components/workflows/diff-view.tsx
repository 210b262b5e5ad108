import { Fragment } from 'react'
import { cx } from '@/components/ui/class-names'
import { ScrollBox } from '@/components/ui/scroll-box'
import type { DiffLine, WorkflowDiff } from '@/lib/api/workflows'
import { formatCount } from '@/lib/view/format/numbers'

const signs: Record<DiffLine['kind'], string> = { same: ' ', added: '+', removed: '−' }
const words: Record<DiffLine['kind'], string> = { same: '', added: 'added: ', removed: 'removed: ' }
const fills: Record<DiffLine['kind'], string> = { same: '', added: 'bg-added', removed: 'bg-removed' }

/** What changed between two versions: only the changed lines and three around them. */
export function DiffView({ diff }: { diff: Pick<WorkflowDiff, 'added' | 'removed' | 'hunks' | 'isCut'> }) {
  if (diff.hunks.length === 0)
    return <p className="panel px-4 py-6 text-sm text-ink-2">These versions are the same.</p>
  return (
    <div className="flex flex-col gap-2">
      <p className="num text-xs text-ink-2">
        <span className="text-code-string">+{formatCount(diff.added)}</span>{' '}
        <span className="text-failed">−{formatCount(diff.removed)}</span> lines
        {diff.isCut && ', of which the first are shown'}
      </p>
      <ScrollBox label="Changes" className="panel max-h-[70vh] overflow-auto">
        <table className="w-full border-collapse font-mono text-xs leading-5">
          <tbody>
            {diff.hunks.map((hunk, at) => (
              <Fragment key={`${hunk[0]?.from}.${hunk[0]?.to}`}>
                {at > 0 && (
                  <tr className="bg-sunken text-ink-3">
                    <td colSpan={4} className="px-3 text-center">
                      ⋯
                    </td>
                  </tr>
                )}
                {hunk.map((line) => (
                  <Line key={`${line.from}.${line.to}`} line={line} />
                ))}
              </Fragment>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </div>
  )
}

function Line({ line: { kind, from, to, text } }: { line: DiffLine }) {
  const number = 'num w-12 select-none px-2 text-right align-top text-ink-3'
  return (
    <tr className={fills[kind]}>
      <td className={number}>{from}</td>
      <td className={number}>{to}</td>
      <td
        aria-hidden="true"
        className={cx('select-none px-1.5 text-center', kind === 'same' ? 'text-ink-3' : 'text-ink')}
      >
        {signs[kind]}
      </td>
      <td className="whitespace-pre pr-4">
        <span className="sr-only">{words[kind]}</span>
        {text}
      </td>
    </tr>
  )
}
