'use client'

import { useId, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Confirm } from '@/components/ui/actions/dialog'
import { Field, Input } from '@/components/ui/form/field'
import type { Folders } from '@/lib/api/settings'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { useMayLend } from '@/lib/client/queries/first/access'
import { useAddFolder, useFolders, useRemoveFolder } from '@/lib/client/queries/folder-queries'
import { Failed, Moment, SettingsPanel, Waiting } from './settings-page'

/** The folders that runs may open: shown to everybody, added and removed by admins. */
export function FoldersPanel() {
  const { data, error } = useFolders()
  const mayChange = useMayLend()
  return (
    <SettingsPanel
      title="Folders"
      about="Runs of the project may open these folders and everything in them; nothing else of this machine. What is removed is closed to every launch from then on. Runs at work keep it until they end."
    >
      <Waiting data={data} error={error} />
      {data !== undefined && (
        <ul aria-label="Folders that runs may open" className="flex flex-col divide-y">
          {data.map((folder) => (
            <FolderRow key={`${folder.from} ${folder.path}`} folder={folder} mayChange={mayChange} />
          ))}
        </ul>
      )}
      {mayChange && <AddFolder />}
    </SettingsPanel>
  )
}

type RowProps = { folder: Folders['folders'][number]; mayChange: boolean }

function FolderRow({ folder: { path, from, by, at }, mayChange }: RowProps) {
  const remove = useRemoveFolder()
  return (
    <li className="flex flex-col gap-1 py-2">
      <div className="flex flex-wrap items-center gap-2">
        <div className="min-w-0 flex-1">
          <p className="break-all font-mono text-xs">{path}</p>
          <p className="text-xs text-ink-3">
            {from === 'environment' ? (
              <>
                From the environment (<code>SKEIN_WORKSPACE_ROOTS</code>): change it there and restart
              </>
            ) : (
              <>
                Added by {by}
                {at !== null && (
                  <>
                    {' · '}
                    <Moment at={at} />
                  </>
                )}
              </>
            )}
          </p>
        </div>
        {from === 'settings' && mayChange && (
          <Confirm
            title={`Remove ${path}?`}
            verb="Remove"
            onConfirm={() => remove.mutate(path, { onSuccess: () => notify('Folder removed.') })}
            trigger={
              <Button variant="danger" aria-label={`Remove ${path}`} disabled={remove.isPending}>
                Remove
              </Button>
            }
          >
            No run may be launched, forked or retried on it from then on, and no changes applied to it. Its
            files stay as they are. Runs at work keep it until they end.
          </Confirm>
        )}
      </div>
      <Failed error={remove.error} />
    </li>
  )
}

function AddFolder() {
  const [path, setPath] = useState('')
  const add = useAddFolder()
  const id = useId()
  return (
    <form
      aria-label="Add a folder"
      className="flex max-w-2xl items-start gap-2 border-t pt-3"
      onSubmit={(event) => {
        event.preventDefault()
        add.mutate(path.trim(), {
          onSuccess: () => {
            setPath('')
            notify('Folder added.')
          },
        })
      }}
    >
      <Field
        id={`${id}-path`}
        label="Folder, by its whole path on the server"
        hint="Links are followed: what is kept is where they lead."
        error={add.error === null ? undefined : problemOf(add.error).detail}
        className="min-w-0 flex-1"
      >
        {(wired) => (
          <Input
            {...wired}
            autoComplete="off"
            spellCheck={false}
            className="font-mono text-xs"
            placeholder="/srv/projects"
            value={path}
            onChange={(event) => {
              setPath(event.target.value)
              add.reset()
            }}
          />
        )}
      </Field>
      <Button type="submit" variant="primary" className="mt-5" disabled={path.trim() === '' || add.isPending}>
        Add
      </Button>
    </form>
  )
}
