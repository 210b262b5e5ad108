'use client'

import { RotateCcw } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Dialog } from '@/components/ui/actions/dialog'
import { Field, Input } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { useMoney } from '@/lib/client/hooks/money-context'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { problemOf } from '@/lib/client/http/api'
import { useRetryFailed, useRetryPreview } from '@/lib/client/queries/fork-queries'
import { useLiveRun } from '@/lib/client/run/run-context'
import { useRunView } from '@/lib/client/run/use-run'
import { useRunUrl } from '@/lib/client/run/use-run-url'
import type { RunHeader } from '@/lib/core/run/state'
import { formatCap, formatUsd, type MoneyWords } from '@/lib/view/format/money'
import { plural } from '@/lib/view/format/numbers'
import { rangeWords, retryWords, reusedWords } from '@/lib/view/launch/fork-form'
import { type Raised, type RaisedForm, readRaised, untouched } from '@/lib/view/questions/raised-limits'

/** The button that says what it would cost to go on, and what it asks first. */
export function RetryButton({ run, failed }: { run: RunHeader; failed: number }) {
  const money = useMoney()
  const [isOpen, setOpen] = useState(false)
  const [form, setForm] = useState(untouched)
  const read = useMemo(() => readRaised(form, run.limits), [form, run.limits])
  const asked = useDebounced(read.ok ? read.body : null, 350)
  const retry = useRetryFailed(run.id)
  const preview = useRetryPreview(run.id, run.endedAt ?? '', asked ?? {}, retry.isPending || retry.isSuccess)
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <RotateCcw aria-hidden="true" className="size-3.5" />
        {failed === 0 ? 'Go on' : 'Retry failed'}
        <span
          className="num max-w-44 truncate font-normal text-ink-2 max-sm:hidden 2xl:max-w-none"
          title={priceWords(preview, money)}
          aria-live="polite"
        >
          {priceWords(preview, money)}
        </span>
      </Button>
      <Dialog
        title={failed === 0 ? 'Continue this run?' : 'Retry failed calls?'}
        isOpen={isOpen}
        onOpenChange={setOpen}
      >
        <Ask
          run={run}
          failed={failed}
          preview={preview}
          retry={retry}
          form={form}
          setForm={setForm}
          read={read}
          onDone={() => setOpen(false)}
        />
      </Dialog>
    </>
  )
}

type AskProps = {
  run: RunHeader
  failed: number
  preview: Preview
  retry: ReturnType<typeof useRetryFailed>
  form: RaisedForm
  setForm: (form: RaisedForm) => void
  read: Raised
  onDone: () => void
}

function Ask({ run, failed, preview, retry, form, setForm, read, onDone }: AskProps) {
  const money = useMoney()
  const { rejoin } = useLiveRun()
  const [, setUrl] = useRunUrl()
  const spent = useRunView((view) => view.state?.totals.spentNanoUsd ?? 0)
  const { nanoUsd, agents } = run.limits
  const made = useRunView((view) => view.state?.agents.size ?? 0)
  const isRefused = useRunView((view) => (view.state?.outcomeCounts.refusedCalls ?? 0) > 0)
  return (
    <form
      className="flex flex-col gap-4 text-sm"
      onSubmit={(event) => {
        event.preventDefault()
        if (!read.ok) return
        retry.mutate(read.body, {
          onSuccess: () => {
            onDone()
            void setUrl({ view: 'map', state: null })
            rejoin()
          },
        })
      }}
    >
      <p className="text-ink-2">{whatHappens(failed)} Finished answers are kept.</p>
      <Price preview={preview} />
      {nanoUsd !== null && (
        <Field
          id="retry-cap"
          label="Raise the cap to ($)"
          hint={`Now ${money(formatCap(nanoUsd))}, of which ${money(formatUsd(spent))} is spent. Empty keeps it.`}
          error={read.ok ? undefined : read.usd}
        >
          {(wired) => (
            <Input
              {...wired}
              autoComplete="off"
              inputMode="decimal"
              placeholder={String(nanoUsd / 1e9)}
              value={form.usd}
              onChange={(event) => setForm({ ...form, usd: event.target.value })}
            />
          )}
        </Field>
      )}
      {isRefused && (
        <Field
          id="retry-agents"
          label="Raise the agent cap to"
          hint={`Now ${agents.toLocaleString('en')}, of which ${made.toLocaleString('en')} are used. Empty keeps it.`}
          error={read.ok ? undefined : read.agents}
        >
          {(wired) => (
            <Input
              {...wired}
              autoComplete="off"
              inputMode="numeric"
              placeholder={String(agents)}
              value={form.agents}
              onChange={(event) => setForm({ ...form, agents: event.target.value })}
            />
          )}
        </Field>
      )}
      {retry.error !== null && (
        <ErrorNote title={problemOf(retry.error).title} detail={problemOf(retry.error).detail} />
      )}
      <Button type="submit" variant="primary" className="self-end" disabled={!read.ok || retry.isPending}>
        {failed === 0 ? 'Continue the run' : `Retry ${plural(failed, 'call')}`}
      </Button>
    </form>
  )
}

type Preview = ReturnType<typeof useRetryPreview>

/** What the preview found out, or how far it is. */
function Price({ preview: { data, error, isPending } }: { preview: Preview }) {
  const money = useMoney()
  const range = data === undefined ? null : money(rangeWords(data))
  return (
    <div aria-live="polite" className="num rounded-md border bg-sunken px-3 py-2.5">
      {isPending && <p className="text-ink-3">Running it on a simulator to estimate the cost…</p>}
      {data !== undefined && (
        <>
          <p className="font-medium">{money(retryWords(data))}</p>
          <p className="mt-0.5 text-xs text-ink-3">
            It {money(reusedWords(data))}
            {range !== null && `; the rest costs ${range}`}.
          </p>
        </>
      )}
      {error !== null && <p>{problemOf(error).detail}</p>}
    </div>
  )
}

function priceWords({ isPending, data }: Preview, money: MoneyWords): string {
  if (isPending) return 'estimating cost…'
  return data === undefined ? 'price not known' : money(retryWords(data))
}

function whatHappens(failed: number): string {
  if (failed === 0) return 'The run continues where it was cancelled.'
  const [verb, answers] = failed === 1 ? ['is', 'answer'] : ['are', 'answers']
  return `${plural(failed, 'call')} that failed, were refused, skipped or interrupted ${verb} run again in this run, and so is everything that used the missing ${answers}.`
}
