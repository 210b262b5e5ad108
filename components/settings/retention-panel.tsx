'use client'

import { useId, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { Field, Input, Select } from '@/components/ui/form/field'
import type { RetentionInput, RetentionShown } from '@/lib/api/retention'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { notify } from '@/lib/client/http/notices'
import { useAccess } from '@/lib/client/queries/first/access'
import { useRetention, useRetentionPreview, useSetRetention } from '@/lib/client/queries/retention-queries'
import { reaches } from '@/lib/core/base/role'
import { LEAST_DELIVERY_DAYS } from '@/lib/core/spec/retention-rules'
import { runKinds } from '@/lib/core/spec/run-status'
import { kindWords, previewWords } from '@/lib/view/costs/retention-words'
import { Failed, Moment, SettingsPanel, Waiting } from './settings-page'

/** How long runs and deliveries are kept. For admins alone. */
export function RetentionPanel() {
  const isAdmin = reaches(useAccess().data?.you?.role ?? 'viewer', 'admin')
  return isAdmin ? <Panel /> : null
}

function Panel() {
  const { data, error } = useRetention()
  return (
    <SettingsPanel
      title="How long runs are kept"
      about="Ended runs are deleted once they are old enough: journal, conversations and kept files. What they cost stays in every sum. The first rule that fits a run counts; a run that none fits stays. Runs tagged keep or pinned, shared by a link, or that a run at work begins with stay."
    >
      <Waiting data={data} error={error} />
      {data !== undefined && <Rules key={JSON.stringify([data.rules, data.deliveryDays])} shown={data} />}
    </SettingsPanel>
  )
}

/** One line, as it is written; days that are empty keep for good. */
type Written = { key: number; project: string; kind: string; days: string }

function writtenOf({ rules }: RetentionShown): Written[] {
  return rules.map(({ project, kind, days }, key) => ({
    key,
    project: project ?? '',
    kind: kind ?? 'any',
    days: days === null ? '' : String(days),
  }))
}

/** Days of a field: null where it is empty, undefined where it holds no such number. */
function daysOf(text: string, least: number): number | null | undefined {
  if (text.trim() === '') return null
  const days = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0
  return days >= least && days <= 36_500 ? days : undefined
}

/** What lines say; null while they say nothing that could be sent. */
function inputOf(rows: readonly Written[], deliveries: string): RetentionInput | null {
  const rules = rows.flatMap(({ project, kind, days }) => {
    const said = daysOf(days, 1)
    if (said === undefined) return []
    return [
      {
        project: project.trim() === '' ? null : project.trim(),
        kind: runKinds.find((one) => one === kind) ?? null,
        days: said,
      },
    ]
  })
  const deliveryDays = daysOf(deliveries, LEAST_DELIVERY_DAYS)
  return rules.length < rows.length || deliveryDays === undefined ? null : { rules, deliveryDays }
}

function Rules({ shown }: { shown: RetentionShown }) {
  const id = useId()
  const [rows, setRows] = useState(() => writtenOf(shown))
  const [deliveries, setDeliveries] = useState(shown.deliveryDays === null ? '' : String(shown.deliveryDays))
  const set = useSetRetention()
  const input = inputOf(rows, deliveries)
  const asked = useDebounced(JSON.stringify(input), 400)
  const isChanged =
    JSON.stringify(input) !== JSON.stringify({ rules: shown.rules, deliveryDays: shown.deliveryDays })
  const isWhole = asked === JSON.stringify(input)
  const preview = useRetentionPreview(isChanged && isWhole ? input : null)
  const words = preview.data === undefined ? null : previewWords(preview.data)
  const isReady = input !== null && isChanged && isWhole && words !== null && !preview.isPlaceholderData
  const change = (key: number, part: Partial<Written>) =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...part } : row)))
  return (
    <div className="flex flex-col gap-3">
      {rows.length === 0 && <p className="text-sm text-ink-2">Everything is kept for good.</p>}
      <ul aria-label="How long runs are kept" className="flex flex-col gap-2">
        {rows.map((row, at) => (
          <Rule
            key={row.key}
            row={row}
            number={at + 1}
            onChange={(part) => change(row.key, part)}
            onRemove={() => setRows(rows.filter(({ key }) => key !== row.key))}
          />
        ))}
      </ul>
      <div className="flex flex-wrap items-end gap-3">
        <Button
          size="sm"
          onClick={() =>
            setRows([
              ...rows,
              { key: Math.max(-1, ...rows.map(({ key }) => key)) + 1, project: '', kind: 'any', days: '180' },
            ])
          }
        >
          Add rule
        </Button>
        <Field
          id={`${id}-deliveries`}
          label="Days that deliveries of webhooks are kept"
          hint={`Empty keeps them for good; ${LEAST_DELIVERY_DAYS} at least.`}
          error={
            daysOf(deliveries, LEAST_DELIVERY_DAYS) === undefined
              ? `Enter ${LEAST_DELIVERY_DAYS} days or more, or nothing.`
              : undefined
          }
        >
          {(wired) => (
            <Input
              {...wired}
              inputMode="numeric"
              placeholder="for good"
              value={deliveries}
              onChange={(event) => setDeliveries(event.target.value)}
            />
          )}
        </Field>
      </div>
      <div role="status" className="min-h-5 text-sm text-ink-2">
        {isChanged && input !== null && (isReady ? words : preview.error === null && 'Counting…')}
      </div>
      <Failed error={preview.error ?? set.error} />
      <div className="flex flex-wrap items-center gap-3">
        <Confirm
          title="Delete by age?"
          verb="Save"
          keep="Cancel"
          onConfirm={() => {
            if (input !== null)
              set.mutate(input, { onSuccess: () => notify('Saved. What is old enough is being deleted.') })
          }}
          trigger={
            <Button variant="primary" disabled={!isReady || set.isPending}>
              Save…
            </Button>
          }
        >
          {words} It is looked at once an hour, and what was deleted cannot be brought back but from a backup.
        </Confirm>
        {shown.swept !== null && (
          <span className="text-xs text-ink-3">
            Last deleted: {shown.swept.runs} runs and {shown.swept.deliveries} deliveries,{' '}
            <Moment at={shown.swept.at} />
          </span>
        )}
      </div>
    </div>
  )
}

type RuleProps = {
  row: Written
  number: number
  onChange: (part: Partial<Written>) => void
  onRemove: () => void
}

function Rule({ row, number, onChange, onRemove }: RuleProps) {
  const id = useId()
  return (
    <li className="flex flex-wrap items-end gap-2">
      <Field id={`${id}-kind`} label={`Line ${number}: which runs`}>
        {(wired) => (
          <Select {...wired} value={row.kind} onChange={(event) => onChange({ kind: event.target.value })}>
            {(['any', ...runKinds] as const).map((kind) => (
              <option key={kind} value={kind}>
                {kindWords[kind]}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field id={`${id}-project`} label="of project">
        {(wired) => (
          <Input
            {...wired}
            autoComplete="off"
            placeholder="any"
            value={row.project}
            onChange={(event) => onChange({ project: event.target.value })}
          />
        )}
      </Field>
      <Field
        id={`${id}-days`}
        label="days after their end"
        error={daysOf(row.days, 1) === undefined ? 'Enter 1 or more, or nothing.' : undefined}
      >
        {(wired) => (
          <Input
            {...wired}
            inputMode="numeric"
            placeholder="kept for good"
            value={row.days}
            onChange={(event) => onChange({ days: event.target.value })}
          />
        )}
      </Field>
      <Button size="sm" variant="quiet" aria-label={`Remove line ${number}`} onClick={onRemove}>
        Remove
      </Button>
    </li>
  )
}
