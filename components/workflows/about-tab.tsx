import type { ReactNode } from 'react'
import { CodeBlock } from '@/components/ui/code-block'
import { ScrollBox } from '@/components/ui/scroll-box'
import type { WorkflowDetail } from '@/lib/api/workflows'
import { formatUsd, moneyWords } from '@/lib/view/format/money'
import { formatCount, percent } from '@/lib/view/format/numbers'
import { formatDuration } from '@/lib/view/format/time'
import { argFields } from '@/lib/view/questions/args-form'

/** What it is for, how it works, what it needs, and how it has done so far. */
export function AboutTab({ workflow }: { workflow: WorkflowDetail }) {
  const { whenToUse, phases, argsSchema, usage } = workflow
  const money = moneyWords(usage.simulated)
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Part title="When to use it">
        <p className="break-words text-sm text-ink-2">{whenToUse ?? 'The script does not say.'}</p>
      </Part>
      <Part title="Usage">
        <dl className="grid grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-4">
          <Figure label="Runs" value={formatCount(usage.runs)} />
          <Figure
            label="Completed"
            value={usage.successShare === null ? '–' : `${percent(usage.successShare, 1)}%`}
          />
          <Figure
            label={usage.simulated ? 'Median cost, simulated' : 'Median cost'}
            value={usage.medianCostNanoUsd === null ? '–' : money(formatUsd(usage.medianCostNanoUsd))}
          />
          <Figure
            label="Median time"
            value={usage.medianDurationMs === null ? '–' : formatDuration(usage.medianDurationMs)}
          />
        </dl>
        <p className="mt-2 text-xs text-ink-3">Based on the latest 100 runs with this name.</p>
      </Part>
      <Part title="Phases">
        {phases.length === 0 ? (
          <p className="text-sm text-ink-2">The script defines none.</p>
        ) : (
          <ol className="flex flex-col gap-2">
            {phases.map(({ title, detail, model }, at) => (
              <li key={`${at}.${title}`} className="flex items-baseline gap-2 text-sm">
                <span className="num w-5 shrink-0 text-right text-xs text-ink-3">{at + 1}</span>
                <span className="min-w-0 break-words">
                  <span className="font-medium">{title}</span>
                  {detail !== null && <span className="text-ink-2"> · {detail}</span>}
                  {model !== null && <span className="text-xs text-ink-3"> · {model}</span>}
                </span>
              </li>
            ))}
          </ol>
        )}
      </Part>
      <Part title="Arguments">
        <Arguments schema={argsSchema} />
      </Part>
    </div>
  )
}

function Arguments({ schema }: { schema: WorkflowDetail['argsSchema'] }) {
  if (schema === null)
    return <p className="text-sm text-ink-2">The script declares none. Any JSON is passed to it as args.</p>
  const fields = argFields(schema)
  if (fields === null) return <CodeBlock label="Schema" text={JSON.stringify(schema, null, 2)} />
  return (
    <ScrollBox label="Arguments" className="overflow-x-auto">
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b text-left">
            <th scope="col" className="eyebrow py-1 pr-3">
              Name
            </th>
            <th scope="col" className="eyebrow py-1 pr-3">
              Takes
            </th>
            <th scope="col" className="eyebrow py-1">
              Meaning
            </th>
          </tr>
        </thead>
        <tbody>
          {fields.map(({ name, label, hint, kind, isRequired }) => (
            <tr key={name} className="border-b align-top last:border-0">
              <td className="py-1.5 pr-3 font-mono text-xs">{name}</td>
              <td className="whitespace-nowrap py-1.5 pr-3 text-xs text-ink-2">
                {kinds[kind]}
                {isRequired && ', required'}
              </td>
              <td className="py-1.5 text-xs text-ink-2">{hint ?? label}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  )
}

const kinds = {
  text: 'text',
  whole: 'whole number',
  number: 'number',
  switch: 'yes or no',
  choice: 'a choice',
  list: 'a list',
  script: 'a script',
} as const

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="panel min-w-0 p-4">
      <h2 className="mb-2 text-sm font-semibold">{title}</h2>
      {children}
    </section>
  )
}

function Figure({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt className="eyebrow">{label}</dt>
      <dd className="num text-base">{value}</dd>
    </div>
  )
}
