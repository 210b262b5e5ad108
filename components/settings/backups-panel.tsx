'use client'

import { useId, useState } from 'react'
import { type Cadence, CadenceFields } from '@/components/schedules/cadence-fields'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { Field, Input } from '@/components/ui/form/field'
import { ErrorNote } from '@/components/ui/messages'
import type { BackupsShown } from '@/lib/api/backups'
import { notify } from '@/lib/client/http/notices'
import { useBackups, useMakeBackup, useSetBackups } from '@/lib/client/queries/backup-queries'
import { useAccess } from '@/lib/client/queries/first/access'
import { reaches } from '@/lib/core/base/role'
import { sizeWords } from '@/lib/core/base/size-words'
import { Failed, Moment, SettingsPanel, Waiting } from './settings-page'

/** Backups that are made by themselves. For admins alone. */
export function BackupsPanel() {
  const isAdmin = reaches(useAccess().data?.you?.role ?? 'viewer', 'admin')
  return isAdmin ? <Panel /> : null
}

function Panel() {
  const { data, error } = useBackups()
  return (
    <SettingsPanel
      title="Backups"
      about="The database, files of runs and sources in one archive, read again and checked before an older one is removed. The key file skein.key is not in it: keep a copy of that elsewhere."
    >
      <Waiting data={data} error={error} />
      {data !== undefined && (
        <>
          <Last shown={data} />
          <Files shown={data} />
          <Schedule key={JSON.stringify(data.schedule)} shown={data} />
        </>
      )}
    </SettingsPanel>
  )
}

function Last({ shown: { last, goodAt, nextAt, isUnderWay } }: { shown: BackupsShown }) {
  return (
    <>
      {last !== null && last.trouble !== null && (
        <ErrorNote title="The last backup failed" detail={last.trouble} />
      )}
      <p role="status" className="text-sm text-ink-2">
        {goodAt === null ? 'No backup was made yet.' : 'Last good one '}
        {goodAt !== null && <Moment at={goodAt} />}
        {isUnderWay && ' · one is being made'}
        {!isUnderWay && nextAt !== null && (
          <>
            {' · next '}
            <Moment at={nextAt} />
          </>
        )}
      </p>
    </>
  )
}

function Files({ shown: { files, folder } }: { shown: BackupsShown }) {
  if (files.length === 0) return null
  return (
    <div className="flex flex-col gap-1 text-xs">
      <p className="text-ink-3">
        In <code className="break-all">{folder}</code>
      </p>
      <ul aria-label="Backups" className="flex flex-col divide-y">
        {files.map(({ name, bytes }) => (
          <li key={name} className="flex flex-wrap gap-x-3 py-1">
            <code className="min-w-0 flex-1 break-all">{name}</code>
            <span className="num text-ink-2">{sizeWords(bytes)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Schedule({ shown: { schedule } }: { shown: BackupsShown }) {
  const id = useId()
  const [cadence, setCadence] = useState<Cadence>({
    cron: schedule?.cron ?? '30 2 * * *',
    timeZone: schedule?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  })
  const [kept, setKept] = useState(String(schedule?.keep ?? 7))
  const set = useSetBackups()
  const make = useMakeBackup()
  const keep = /^\d{1,4}$/.test(kept.trim()) ? Number(kept) : 0
  const isGood = keep >= 1 && keep <= 1000 && cadence.cron.trim() !== ''
  return (
    <form
      aria-label="When backups are made"
      className="flex max-w-3xl flex-col gap-3 border-t pt-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (isGood)
          set.mutate({ schedule: { ...cadence, keep } }, { onSuccess: () => notify('Backups are scheduled') })
      }}
    >
      <CadenceFields cadence={cadence} onChange={setCadence} />
      <Field
        id={`${id}-keep`}
        label="Backups that are kept"
        className="max-w-48"
        error={keep >= 1 && keep <= 1000 ? undefined : 'Enter 1 to 1,000.'}
      >
        {(wired) => (
          <Input
            {...wired}
            inputMode="numeric"
            value={kept}
            onChange={(event) => setKept(event.target.value)}
          />
        )}
      </Field>
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" disabled={!isGood || set.isPending}>
          {schedule === null ? 'Schedule backups' : 'Save'}
        </Button>
        <Button
          disabled={make.isPending}
          onClick={() =>
            make.mutate(null, {
              onSuccess: ({ last }) =>
                notify(last?.trouble ?? 'A backup was made and checked', { isError: last?.trouble != null }),
            })
          }
        >
          {make.isPending ? 'Backing up…' : 'Back up now'}
        </Button>
        {schedule !== null && (
          <Confirm
            title="Turn scheduled backups off?"
            verb="Turn off"
            keep="Keep the schedule"
            onConfirm={() => set.mutate({ schedule: null })}
            trigger={<Button variant="danger">Turn off</Button>}
          >
            Those that are there stay.
          </Confirm>
        )}
      </div>
      <Failed error={set.error ?? make.error} />
    </form>
  )
}
