'use client'

import { useState } from 'react'
import { TextField } from '@/components/account/text-field'
import { Button, buttonClasses } from '@/components/ui/actions/button'
import { addressOf } from '@/lib/api/endpoints/endpoint'
import { auditApi } from '@/lib/api/endpoints/people-endpoints'
import type { AuditEntryShown } from '@/lib/api/people'
import { useDebounced } from '@/lib/client/hooks/use-debounced'
import { useAudit, useVerifyAudit } from '@/lib/client/queries/people-queries'
import { plural } from '@/lib/view/format/numbers'
import { Failed, Moment, SettingsPage, SettingsPanel, Waiting } from './settings-page'

/** Every act that changed something: searched, exported, and looked through for lines that were changed. */
export function AuditScreen() {
  const [typed, setTyped] = useState('')
  const [before, setBefore] = useState<number | null>(null)
  const q = useDebounced(typed.trim(), 250)
  const { data, error } = useAudit(q, before)
  return (
    <SettingsPage>
      <SettingsPanel
        title="Audit log"
        about="Every act by a person or a key that changed something. Lines are only added, and each holds the digest of the one before it."
      >
        <div className="flex flex-wrap items-end gap-3">
          <TextField
            label="Search"
            hint="A name, an act, an address or a run."
            autoComplete="off"
            className="w-80"
            value={typed}
            onChange={(text) => {
              setTyped(text)
              setBefore(null)
            }}
          />
          <a href={addressOf(auditApi.exportAudit, {})} className={buttonClasses('secondary', 'md')}>
            Export as JSON lines
          </a>
          <Verify />
        </div>
        <Waiting data={data} error={error} />
        {data !== undefined && data.entries.length === 0 && (
          <p className="text-sm text-ink-2">{q === '' ? 'Nothing was changed yet.' : 'No act matches.'}</p>
        )}
        {data !== undefined && data.entries.length > 0 && <Lines entries={data.entries} />}
        <div className="flex gap-2">
          {before !== null && <Button onClick={() => setBefore(null)}>Newest</Button>}
          {data?.next != null && <Button onClick={() => setBefore(data.next)}>Older</Button>}
        </div>
      </SettingsPanel>
    </SettingsPage>
  )
}

function Verify() {
  const verify = useVerifyAudit()
  const found = verify.data
  return (
    <>
      <Button disabled={verify.isPending} onClick={() => verify.mutate()}>
        {verify.isPending ? 'Checking…' : 'Check that it is whole'}
      </Button>
      {found !== undefined && (
        <p role="status" className={found.broken === null ? 'text-sm' : 'text-sm text-failed'}>
          {found.broken === null
            ? `${plural(found.entries, 'line')}, none changed. The last digest begins with ${found.head.slice(0, 12)}.`
            : `Line ${found.broken.seq}: ${found.broken.why}.`}
        </p>
      )}
      <Failed error={verify.error} />
    </>
  )
}

function Lines({ entries }: { entries: readonly AuditEntryShown[] }) {
  return (
    <div className="overflow-x-auto">
      <table className="num w-full text-left text-sm">
        <thead className="text-xs text-ink-3">
          <tr>
            {['Line', 'When', 'Who', 'What', 'With', 'From'].map((name) => (
              <th key={name} scope="col" className="whitespace-nowrap py-1.5 pr-4 font-medium">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {entries.map(({ seq, at, actor, operation, path, details, client }) => (
            <tr key={seq} className="align-top">
              <td className="py-1.5 pr-4 text-ink-3">{seq}</td>
              <td className="py-1.5 pr-4 text-xs">
                <Moment at={at} />
              </td>
              <td className="py-1.5 pr-4">{actor.name}</td>
              <td className="py-1.5 pr-4">
                {operation}
                <span className="block break-all font-mono text-xs text-ink-3">{path}</span>
              </td>
              <td className="max-w-md break-words py-1.5 pr-4 font-mono text-xs text-ink-2">
                {Object.keys(details).length === 0 ? '' : JSON.stringify(details)}
              </td>
              <td className="whitespace-nowrap py-1.5 text-xs text-ink-3">{client}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
