'use client'

import { useState } from 'react'
import { CsvButton } from '@/components/ui/actions/csv-button'
import { Select } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { ScrollBox } from '@/components/ui/scroll-box'
import { Loading } from '@/components/ui/states/loading'
import type { PeriodAsked } from '@/lib/api/costs'
import { useIsSimulated, useMoney } from '@/lib/client/hooks/money-context'
import { problemOf } from '@/lib/client/http/api'
import { useWhatIf } from '@/lib/client/queries/money-queries'
import { whatIfCsv } from '@/lib/view/costs/cost-csv'
import { type WhatIfLine, whatIfLines, whatIfModels } from '@/lib/view/costs/what-if'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd } from '@/lib/view/format/money'
import { plural } from '@/lib/view/format/numbers'

type Props = { of: PeriodAsked | { runId: string }; version?: number }

/** The same tokens under other prices; every figure says how it was computed. */
export function WhatIfPanel({ of, version = 0 }: Props) {
  const simulated = useIsSimulated()
  const money = useMoney()
  const { data, error } = useWhatIf(of, version)
  const [model, setModel] = useState('claude-haiku-4-5')
  if (error !== null) return <ErrorNote title={problemOf(error).title} detail={problemOf(error).detail} />
  if (data === undefined) return <Loading label="Estimating…" />
  if (data.turns === 0) return null
  const models = whatIfModels(data)
  const asItWas = data.scenarios.find(({ kind }) => kind === 'as-it-was')?.nanoUsd ?? null
  return (
    <section aria-labelledby="what-if-title" className="panel flex flex-col gap-3 p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 id="what-if-title" className="text-sm font-semibold">
          What if
        </h2>
        <div className="flex items-center gap-2">
          <div className="w-44">
            <Select
              aria-label="Another model"
              value={model}
              onChange={(event) => setModel(event.target.value)}
            >
              {models.map((one) => (
                <option key={one} value={one}>
                  all on {modelName(one)}
                </option>
              ))}
            </Select>
          </div>
          <CsvButton
            label="Every what-if as CSV"
            name="what-if.csv"
            text={() => whatIfCsv(data, simulated)}
          />
        </div>
      </div>
      <ScrollBox label="Same responses, other options" className="overflow-x-auto">
        <table className="num w-full text-sm">
          <thead>
            <tr className="border-b text-xs text-ink-2">
              <th scope="col" className="py-1.5 pr-3 text-left font-medium">
                {`The same ${plural(data.turns, 'response')}`}
              </th>
              <th scope="col" className="px-3 py-1.5 text-right font-medium">
                Would cost
              </th>
              <th scope="col" className="py-1.5 pl-3 text-right font-medium">
                Change
              </th>
            </tr>
          </thead>
          <tbody>
            <tr className="border-b">
              <th scope="row" className="py-1.5 pr-3 text-left font-medium">
                As booked
              </th>
              <td className="px-3 py-1.5 text-right font-medium">{money(formatUsd(data.bookedNanoUsd))}</td>
              <td className="py-1.5 pl-3 text-right text-ink-3">–</td>
            </tr>
            {whatIfLines(data, model).map((line) => (
              <Line key={line.key} line={line} />
            ))}
          </tbody>
        </table>
      </ScrollBox>
      <p className="text-xs text-ink-3">
        Computed from token totals at the prices of their days. Web searches keep their cost.{' '}
        {asItWas !== null && asItWas !== data.bookedNanoUsd && (
          <>
            At today’s price list the same tokens cost {money(formatUsd(asItWas))}; changes are relative to
            that.{' '}
          </>
        )}
        {data.unpricedTurns > 0 && (
          <>{plural(data.unpricedTurns, 'response')} of models without a known price are excluded.</>
        )}
      </p>
    </section>
  )
}

function Line({ line }: { line: WhatIfLine }) {
  const money = useMoney()
  return (
    <tr className="border-b align-top last:border-b-0">
      <th scope="row" className="py-1.5 pr-3 text-left font-normal">
        <span className="font-medium">{line.title}</span>
        <span className="block max-w-xl text-xs text-ink-3">{line.detail}</span>
      </th>
      <td className="px-3 py-1.5 text-right">{money(formatUsd(line.nanoUsd))}</td>
      <td className="whitespace-nowrap py-1.5 pl-3 text-right">
        <Change nanoUsd={line.changeNanoUsd} />
      </td>
    </tr>
  )
}

/** More or less, with its sign. */
function Change({ nanoUsd }: { nanoUsd: number | null }) {
  const money = useMoney()
  if (nanoUsd === null) return <span className="text-ink-3">unknown</span>
  if (nanoUsd === 0) return <span className="text-ink-3">none</span>
  return (
    <>
      {nanoUsd > 0 && '+'}
      {money(formatUsd(nanoUsd))}
    </>
  )
}
