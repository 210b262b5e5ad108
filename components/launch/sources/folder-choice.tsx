'use client'

import { useId } from 'react'
import { cx } from '@/components/ui/class-names'
import { Ago } from '@/components/ui/elapsed'
import type { Workspaces } from '@/lib/api/settings'
import { plural } from '@/lib/view/format/numbers'
import { folderChoices } from '@/lib/view/launch/folder-words'

type Listed = Workspaces['workspaces'][number]
type Props = { workspaces: readonly Listed[]; chosen: string; onChoose: (path: string) => void }

/** The folders that may be opened, as a list to choose from: those used last first. */
export function FolderChoice({ workspaces, chosen, onChoose }: Props) {
  const { recent, others } = folderChoices(workspaces)
  return (
    <details className="rounded-md border bg-surface">
      <summary className="cursor-pointer px-2.5 py-1.5 text-xs text-ink-2 hover:text-ink">
        Choose from {plural(workspaces.length, 'folder')}
      </summary>
      <div className="flex max-h-72 flex-col gap-2 overflow-y-auto border-t p-1.5">
        <Group label="Used last" folders={recent} chosen={chosen} onChoose={onChoose} />
        <Group
          label={recent.length > 0 ? 'All others' : 'Folders'}
          folders={others}
          chosen={chosen}
          onChoose={onChoose}
        />
      </div>
    </details>
  )
}

type GroupProps = Omit<Props, 'workspaces'> & { label: string; folders: readonly Listed[] }

function Group({ label, folders, chosen, onChoose }: GroupProps) {
  const id = useId()
  if (folders.length === 0) return null
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className="px-1.5 pb-0.5 text-xs font-medium text-ink-3">
        {label}
      </h3>
      <ul className="flex flex-col">
        {folders.map((folder) => (
          <li key={folder.path}>
            <Choice folder={folder} isChosen={folder.path === chosen} onChoose={onChoose} />
          </li>
        ))}
      </ul>
    </section>
  )
}

type ChoiceProps = { folder: Listed; isChosen: boolean; onChoose: (path: string) => void }

function Choice({ folder: { path, name, isRepository, usedAt }, isChosen, onChoose }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-pressed={isChosen}
      onClick={() => onChoose(path)}
      className={cx(
        'flex w-full min-w-0 flex-col rounded-sm px-1.5 py-1 text-left hover:bg-hover',
        isChosen && 'bg-hover',
      )}
    >
      <span className="flex w-full min-w-0 items-baseline gap-2 text-sm">
        <span className="min-w-0 flex-1 truncate font-medium">{name}</span>
        <span className="shrink-0 text-xs text-ink-3">
          {isRepository && 'git'}
          {usedAt !== null && (
            <>
              {isRepository && ' · '}
              <Ago at={usedAt} />
            </>
          )}
        </span>
      </span>
      <span className="w-full truncate font-mono text-xs text-ink-3">{path}</span>
    </button>
  )
}
