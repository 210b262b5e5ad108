'use client'

import { Plus, Trash2 } from 'lucide-react'
import { useId, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { CodeBlock } from '@/components/ui/code-block'
import { Field, Input, TextArea } from '@/components/ui/form/field'
import { parseJson } from '@/lib/core/base/json'
import { type ArgMapping, argMappingSchema, mapArgs } from '@/lib/core/spec/arg-mapping'
import { goalWithData } from '@/lib/core/spec/goal-data'
import { bodyPaths } from '@/lib/view/workflows/body-paths'

/** One line of the mapping, as it is written. */
export type MappingRow = ArgMapping[number] & { key: number }

/** The lines of a mapping, each with a key of its own. */
export function rowsOf(mapping: ArgMapping): MappingRow[] {
  return mapping.map((one, key) => ({ ...one, key }))
}

/** What lines say; null while they say nothing that could be sent. */
export function mappingOf(rows: readonly MappingRow[]): ArgMapping | null {
  return argMappingSchema.safeParse(rows.map(({ key: _, ...one }) => one)).data ?? null
}

type Props = {
  /** The goal that they are quoted below; null where they become args. */
  goal: string | null
  rows: readonly MappingRow[]
  onChange: (rows: MappingRow[]) => void
}

/** Which parts of a delivered body are handed on, with what a pasted body would give. */
export function MappingFields({ goal, rows, onChange }: Props) {
  const id = useId()
  const [sample, setSample] = useState('')
  const body = sample.trim() === '' ? undefined : parseJson(sample)
  const isBroken = sample.trim() !== '' && body === undefined
  const change = (key: number, part: Partial<MappingRow>) =>
    onChange(rows.map((row) => (row.key === key ? { ...row, ...part } : row)))
  const nextKey = Math.max(-1, ...rows.map(({ key }) => key)) + 1
  return (
    <fieldset className="flex min-w-0 flex-col gap-3 rounded-md border p-3">
      <legend className="px-1 text-xs font-medium text-ink-2">Args from the body</legend>
      {goal !== null && (
        <p className="text-xs text-ink-2">
          They are quoted below the goal, at most 8,000 characters of each, and marked as data of somebody
          outside that can order nothing.
        </p>
      )}
      {rows.length === 0 && (
        <p className="text-xs text-ink-2">
          Nothing of the body is used: every delivery launches the same. Name a part of it to hand it on.
        </p>
      )}
      <ul aria-label="Args from the body" className="flex flex-col gap-2">
        {rows.map((row, at) => (
          <Row
            key={row.key}
            row={row}
            number={at + 1}
            paths={`${id}-paths`}
            error={problemOf(rows, at)}
            onChange={(part) => change(row.key, part)}
            onRemove={() => onChange(rows.filter(({ key }) => key !== row.key))}
          />
        ))}
      </ul>
      <datalist id={`${id}-paths`}>
        {body !== undefined && bodyPaths(body).map((path) => <option key={path} value={path} />)}
      </datalist>
      <div>
        <Button
          size="sm"
          onClick={() => onChange([...rows, { key: nextKey, from: '', to: '', isOptional: false }])}
        >
          <Plus aria-hidden="true" className="size-3.5" />
          Add an arg
        </Button>
      </div>
      <Field
        id={`${id}-sample`}
        label="A sample body, to try it out"
        hint="Stays in this page. Paste what the sender would deliver."
        error={isBroken ? 'This is not JSON.' : undefined}
      >
        {(wired) => (
          <TextArea
            {...wired}
            rows={5}
            placeholder='{ "issue": { "title": "It breaks" } }'
            value={sample}
            onChange={(event) => setSample(event.target.value)}
          />
        )}
      </Field>
      <div role="status">{body !== undefined && <Preview goal={goal} rows={rows} body={body} />}</div>
    </fieldset>
  )
}

type RowProps = {
  row: MappingRow
  number: number
  /** The id of the paths that are offered. */
  paths: string
  error: string | undefined
  onChange: (part: Partial<MappingRow>) => void
  onRemove: () => void
}

function Row({ row, number, paths, error, onChange, onRemove }: RowProps) {
  const id = useId()
  return (
    <li className="flex flex-wrap items-end gap-2">
      <Field id={`${id}-from`} label={`Path ${number} in the body`} className="min-w-40 flex-1" error={error}>
        {(wired) => (
          <Input
            {...wired}
            autoComplete="off"
            spellCheck={false}
            list={paths}
            placeholder="issue.title"
            value={row.from}
            onChange={(event) => onChange({ from: event.target.value })}
          />
        )}
      </Field>
      <Field id={`${id}-to`} label={`becomes arg ${number}`} className="min-w-28 flex-1">
        {(wired) => (
          <Input
            {...wired}
            autoComplete="off"
            spellCheck={false}
            placeholder="title"
            value={row.to}
            onChange={(event) => onChange({ to: event.target.value })}
          />
        )}
      </Field>
      <label className="flex h-8 items-center gap-2 text-xs text-ink-2">
        <input
          type="checkbox"
          checked={row.isOptional}
          onChange={(event) => onChange({ isOptional: event.target.checked })}
        />
        may be missing
      </label>
      <Button size="sm" variant="quiet" aria-label={`Remove arg ${number}`} onClick={onRemove}>
        <Trash2 aria-hidden="true" className="size-3.5" />
      </Button>
    </li>
  )
}

/** What is wrong with one line that has been filled in; nothing about one that is still empty. */
function problemOf(rows: readonly MappingRow[], at: number): string | undefined {
  const row = rows[at]
  if (row === undefined || row.from.trim() === '' || row.to.trim() === '') return undefined
  const { key: _, ...one } = row
  const issue = argMappingSchema.safeParse([one]).error?.issues[0]
  if (issue !== undefined) return `${issue.path.at(-1) === 'to' ? 'The arg' : 'The path'} ${issue.message}.`
  return rows.slice(0, at).some(({ to }) => to.trim() === row.to.trim())
    ? 'Another line gives this arg.'
    : undefined
}

type PreviewProps = { goal: string | null; rows: readonly MappingRow[]; body: unknown }

function Preview({ goal, rows, body }: PreviewProps) {
  const { args, missing } = mapArgs(mappingOf(rows) ?? [], body)
  if (missing.length > 0)
    return (
      <p className="text-xs text-waiting [overflow-wrap:anywhere]">
        Nothing would be launched: this body has no {missing.join(', ')}.
      </p>
    )
  return (
    <div className="flex flex-col gap-1 text-xs">
      <p className="text-ink-2">It would be launched with {goal === null ? 'these args' : 'this goal'}:</p>
      <CodeBlock
        label={goal === null ? 'Args' : 'Goal'}
        maxHeight={160}
        text={goal === null ? JSON.stringify(args, null, 2) : goalWithData(goal, args)}
      />
    </div>
  )
}
