'use client'

import { useId, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { CopyButton } from '@/components/ui/actions/copy-button'
import { Field, Select } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import { Loading } from '@/components/ui/states/loading'
import { problemOf } from '@/lib/client/http/api'
import { useShareRun, useShares, useWithdrawShare } from '@/lib/client/queries/people-queries'

const lives = [1, 7, 30]

/** Links by which anybody reads the report of a run: made, told once, taken back. */
export function ShareLinks({ runId }: { runId: string }) {
  const { data, error } = useShares(runId)
  const share = useShareRun(runId)
  const withdraw = useWithdrawShare(runId)
  const [days, setDays] = useState(7)
  const id = useId()
  const failed = error ?? share.error ?? withdraw.error
  const link = share.data === undefined ? null : `${window.location.origin}${share.data.path}`
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p className="text-xs text-ink-2">
        Whoever has the link reads what the run came to and cost, without signing in: no prompts, no
        transcripts, no files.
      </p>
      {data === undefined && error === null && <Loading label="Loading…" />}
      {data !== undefined && data.shares.length === 0 && <p className="text-ink-2">No links yet.</p>}
      <ul className="flex flex-col divide-y">
        {data?.shares.map((one) => (
          <li key={one.id} className="flex items-center gap-2 py-1.5">
            <span className="min-w-0 flex-1">
              by {one.by} <span className="text-xs text-ink-3">until {one.expiresAt.slice(0, 10)}</span>
            </span>
            <Button size="sm" disabled={withdraw.isPending} onClick={() => withdraw.mutate(one.id)}>
              Take back
            </Button>
          </li>
        ))}
      </ul>
      <div className="flex items-end gap-2">
        <Field id={`${id}-days`} label="Good for">
          {(wired) => (
            <Select {...wired} value={days} onChange={(event) => setDays(Number(event.target.value))}>
              {lives.map((life) => (
                <option key={life} value={life}>
                  {life === 1 ? 'a day' : `${life} days`}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button variant="primary" disabled={share.isPending} onClick={() => share.mutate(days)}>
          Make a link
        </Button>
      </div>
      {link !== null && (
        <p role="status" className="flex flex-wrap items-center gap-2 rounded-md border p-2">
          <span className="w-full text-xs text-ink-2">The link is not shown again.</span>
          <code className="min-w-0 flex-1 break-all font-mono text-xs">{link}</code>
          <CopyButton text={link} label="Copy the link" />
        </p>
      )}
      {failed !== null && <ErrorNote title={problemOf(failed).title} detail={problemOf(failed).detail} />}
    </div>
  )
}
