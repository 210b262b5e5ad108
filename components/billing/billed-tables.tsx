import type { ReactNode } from 'react'
import { ScrollBox } from '@/components/ui/scroll-box'
import type { Billed } from '@/lib/api/billing/billed'
import { partTitles } from '@/lib/view/costs/billed-words'
import { modelName } from '@/lib/view/format/model-name'
import { formatUsd } from '@/lib/view/format/money'
import { formatTokens } from '@/lib/view/format/numbers'
import { Signed } from './difference'

type DaysProps = {
  days: Billed['days']
  chosen: string | null
  onChoose: (day: string) => void
}

/** Both sides by day, newest first; a press shows what a day's difference is made of. */
export function BilledDays({ days, chosen, onChoose }: DaysProps) {
  const shown = days.filter(
    ({ computedNanoUsd, billedNanoUsd }) => computedNanoUsd !== 0 || (billedNanoUsd ?? 0) !== 0,
  )
  return (
    <Table label="By day" heads={['Day', 'Computed', 'Billed', 'Difference']}>
      {[...shown].reverse().map((one) => (
        <tr key={one.day} className="border-b align-top last:border-b-0">
          <th scope="row" className="py-1.5 pr-3 text-left font-normal">
            {one.billedNanoUsd === null ? (
              one.day
            ) : (
              <button
                type="button"
                aria-pressed={one.day === chosen}
                className={`hover:underline ${one.day === chosen ? 'font-semibold' : ''}`}
                onClick={() => onChoose(one.day)}
              >
                {one.day}
              </button>
            )}
            <span className="block text-xs text-ink-3">
              {one.isOpen && 'Not finished. '}
              {partTitles(one.parts)}
            </span>
          </th>
          <Amount>{formatUsd(one.computedNanoUsd)}</Amount>
          <Amount>{one.billedNanoUsd === null ? 'not read' : formatUsd(one.billedNanoUsd)}</Amount>
          <Amount>{one.differenceNanoUsd === null ? '–' : <Signed nanoUsd={one.differenceNanoUsd} />}</Amount>
        </tr>
      ))}
    </Table>
  )
}

/** Tokens and dollars of both sides by model. */
export function BilledModels({ models }: { models: Billed['models'] }) {
  return (
    <Table
      label="By model"
      heads={['Model', 'Tokens counted', 'Tokens billed', 'Computed', 'Billed tokens at list', 'Billed']}
    >
      {models.map(({ model, computed, billed }) => (
        <tr key={model} className="border-b align-top last:border-b-0">
          <th scope="row" className="py-1.5 pr-3 text-left font-normal">
            {modelName(model)}
          </th>
          <Tokens of={computed} />
          <Tokens of={billed} />
          <Amount>{formatUsd(computed.nanoUsd)}</Amount>
          <Amount>{billed.listNanoUsd === null ? 'no price' : formatUsd(billed.listNanoUsd)}</Amount>
          <Amount>{formatUsd(billed.nanoUsd)}</Amount>
        </tr>
      ))}
    </Table>
  )
}

/** Both sides by project, as far as keys and workspaces are known to be of one. */
export function BilledProjects({ projects }: { projects: Billed['projects'] }) {
  return (
    <Table label="By project" heads={['Project', 'Computed', 'Billed tokens at list', 'Billed']}>
      {projects.map(({ project, name, computedNanoUsd, listNanoUsd, billedNanoUsd }) => (
        <tr key={project ?? ''} className="border-b align-top last:border-b-0">
          <th scope="row" className="py-1.5 pr-3 text-left font-normal">
            {name ?? 'Everything else'}
            {project !== null && billedNanoUsd === null && (
              <span className="block text-xs text-ink-3">
                Dollars are reported by workspace alone, not by key.
              </span>
            )}
          </th>
          <Amount>{formatUsd(computedNanoUsd)}</Amount>
          <Amount>{formatUsd(listNanoUsd)}</Amount>
          <Amount>{billedNanoUsd === null ? '–' : formatUsd(billedNanoUsd)}</Amount>
        </tr>
      ))}
    </Table>
  )
}

type TokenSums = Billed['models'][number]['computed' | 'billed']

function Tokens({ of }: { of: TokenSums }) {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = of
  return (
    <Amount>
      {formatTokens(inputTokens)} in, {formatTokens(outputTokens)} out
      <span className="block text-xs text-ink-3">
        {formatTokens(cacheReadTokens)} read, {formatTokens(cacheWriteTokens)} written
      </span>
    </Amount>
  )
}

function Amount({ children }: { children: ReactNode }) {
  return <td className="whitespace-nowrap px-3 py-1.5 text-right last:pr-0">{children}</td>
}

function Table({ label, heads, children }: { label: string; heads: readonly string[]; children: ReactNode }) {
  return (
    <ScrollBox label={label} className="max-h-96 overflow-auto">
      <table aria-label={label} className="num w-full text-sm">
        <thead>
          <tr className="border-b text-xs text-ink-2">
            {heads.map((head, at) => (
              <th
                key={head}
                scope="col"
                className={
                  at === 0
                    ? 'py-1.5 pr-3 text-left font-medium'
                    : 'px-3 py-1.5 text-right font-medium last:pr-0'
                }
              >
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </ScrollBox>
  )
}
