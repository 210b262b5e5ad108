import { PageLink } from '@/components/ui/page-link'
import { ScrollBox } from '@/components/ui/scroll-box'
import type { RepricingPreview } from '@/lib/api/prices'
import { pages } from '@/lib/client/http/pages'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd, type MoneyWords, moneyWords } from '@/lib/view/format/money'
import { formatCount, plural } from '@/lib/view/format/numbers'

type Line = RepricingPreview['byModel'][number]

/** What a repricing would change: in all, by model, by day and by run. */
export function RepricingDiff({ preview }: { preview: RepricingPreview }) {
  const { turns, looked, runs, openRuns, beforeNanoUsd, afterNanoUsd, unpricedTurns } = preview
  const money = moneyWords(preview.asked.simulated)
  return (
    <div className="flex flex-col gap-3" aria-live="polite">
      <p className="num text-sm">
        {turns === 0 ? (
          <>Nothing would change: {plural(looked, 'response')} checked, all at list price.</>
        ) : (
          <>
            <strong className="font-medium">
              {money(formatUsd(beforeNanoUsd))} → {money(formatUsd(afterNanoUsd))}
            </strong>{' '}
            in {formatCount(turns)} of {plural(looked, 'response')}, {plural(runs, 'run')}.
            {unpricedTurns > 0 && ` ${plural(unpricedTurns, 'response')} would have no known price.`}
          </>
        )}
        {openRuns.length > 0 && ` ${plural(openRuns.length, 'run')} still running would be skipped.`}
      </p>
      {turns > 0 && (
        <div className="grid items-start gap-4 lg:grid-cols-3">
          <Lines
            title="By model"
            lines={preview.byModel}
            money={money}
            nameOf={({ name }) => modelName(name)}
          />
          <Lines title="By day" lines={preview.byDay} money={money} nameOf={({ name }) => name} />
          <Lines
            title={
              runs > preview.byRun.length ? `By run, the ${preview.byRun.length} that change most` : 'By run'
            }
            lines={preview.byRun}
            money={money}
            nameOf={(line) => (
              <PageLink href={pages.run(line.name)} className="hover:underline">
                {line.title}
              </PageLink>
            )}
          />
        </div>
      )}
    </div>
  )
}

type LinesProps<L extends Line> = {
  title: string
  lines: readonly L[]
  money: MoneyWords
  nameOf: (line: L) => React.ReactNode
}

function Lines<L extends Line>({ title, lines, money, nameOf }: LinesProps<L>) {
  return (
    <ScrollBox label={title} className="max-h-64 min-w-0 overflow-y-auto rounded-md border">
      <table className="num w-full text-sm">
        <caption className="eyebrow px-3 py-1.5 text-left">{title}</caption>
        <tbody>
          {lines.map((line) => (
            <tr key={line.name} className="border-t">
              <th scope="row" className="max-w-40 truncate px-3 py-1 text-left font-normal">
                {nameOf(line)}
              </th>
              <td className="px-2 py-1 text-right text-xs text-ink-3">{formatCount(line.turns)}</td>
              <td className="whitespace-nowrap px-3 py-1 text-right">
                {money(formatUsd(line.beforeNanoUsd))} → {money(formatUsd(line.afterNanoUsd))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  )
}
