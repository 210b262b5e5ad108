import { Button } from '@/components/ui/actions/button'
import type { Billed, PartShown } from '@/lib/api/billing/billed'
import { partWords, sortParts } from '@/lib/view/costs/billed-words'
import { formatUsd } from '@/lib/view/format/money'

type Props = {
  /** The day, or that it is of all. */
  of: string
  computedNanoUsd: number
  billedNanoUsd: number
  parts: readonly PartShown[]
  beside: Billed['days']
  onAll: (() => void) | null
}

/** Both sides, and what their difference is made of: what is explained, and what is not. */
export function Difference({ of, computedNanoUsd, billedNanoUsd, parts, beside, onAll }: Props) {
  const { explained, notExplained, notExplainedNanoUsd } = sortParts(parts)
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <div className="flex items-center justify-between gap-3">
        <h3 className="text-xs font-semibold text-ink-2">{of}</h3>
        {onAll !== null && (
          <Button size="sm" onClick={onAll}>
            All days
          </Button>
        )}
      </div>
      <dl className="num text-sm">
        <Line term="Computed" nanoUsd={computedNanoUsd} />
        <Line term="Billed" nanoUsd={billedNanoUsd} />
        <Line term="Difference" nanoUsd={billedNanoUsd - computedNanoUsd} isSigned isTotal />
        {explained.map((part) => (
          <PartLine key={part.kind} part={part} />
        ))}
        <Line term="Not explained" nanoUsd={notExplainedNanoUsd} isSigned isTotal />
        {notExplained.map((part) => (
          <PartLine key={part.kind} part={part} />
        ))}
      </dl>
      <OnNeitherSide days={beside} />
    </div>
  )
}

function PartLine({ part: { kind, nanoUsd } }: { part: PartShown }) {
  const { title, detail } = partWords(kind)
  return <Line term={title} detail={detail} nanoUsd={nanoUsd} isSigned />
}

type LineProps = { term: string; detail?: string; nanoUsd: number; isSigned?: boolean; isTotal?: boolean }

function Line({ term, detail, nanoUsd, isSigned = false, isTotal = false }: LineProps) {
  return (
    <div
      className={`flex items-baseline justify-between gap-4 py-1.5 ${isTotal ? 'border-t font-medium' : ''}`}
    >
      <dt className="min-w-0">
        {term}
        {detail !== undefined && <span className="block max-w-xl text-xs text-ink-3">{detail}</span>}
      </dt>
      <dd className="shrink-0 text-right">{isSigned ? <Signed nanoUsd={nanoUsd} /> : formatUsd(nanoUsd)}</dd>
    </div>
  )
}

/** More or less, with its sign. */
export function Signed({ nanoUsd }: { nanoUsd: number }) {
  return (
    <>
      {nanoUsd > 0 && '+'}
      {formatUsd(nanoUsd)}
    </>
  )
}

/** What was computed here too, and never billed; said, so that nobody looks for it. */
function OnNeitherSide({ days }: { days: Billed['days'] }) {
  const sum = (of: (day: Billed['days'][number]) => number) => days.reduce((all, day) => all + of(day), 0)
  const told: (readonly [string, number])[] = [
    ['simulated runs', sum(({ simulatedNanoUsd }) => simulatedNanoUsd)],
    ['imported runs', sum(({ importedNanoUsd }) => importedNanoUsd)],
    ['unsettled turns, estimated', sum(({ unsettledNanoUsd }) => unsettledNanoUsd)],
  ]
  const known = told.filter(([, nanoUsd]) => nanoUsd > 0)
  if (known.length === 0) return null
  return (
    <p className="text-xs text-ink-3">
      On neither side: {known.map(([name, nanoUsd]) => `${formatUsd(nanoUsd)} of ${name}`).join('; ')}.
    </p>
  )
}
