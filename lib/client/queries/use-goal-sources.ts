'use client'

import { useState } from 'react'
import type { Source } from '@/lib/api/sources'
import type { GivenSource } from '@/lib/view/launch/given-source'
import { forgetSource, useAddSource } from './source-queries'

/** One thing that was given with a goal. */
export type GoalSource =
  | { kind: 'file'; name: string; file: File }
  | { kind: 'page' | 'repository'; name: string }

/** The things that were given, the source that was made of them, and the folder from before. */
type Made = { given: readonly GoalSource[]; source: Source; folder: string }

export type GoalSources = ReturnType<typeof useGoalSources>

/**
 * Files and addresses that were given with a goal, as the folder that agents work on. There is one source of
 * all of them: it is made anew with each addition, and the one before is deleted. `undo` goes back by one
 * addition, in the end to the folder from before. `problems` are those of the last try.
 */
export function useGoalSources(folder: string, setFolder: (path: string) => void) {
  const adding = useAddSource()
  const [held, setHeld] = useState<Made | null>(null)
  const [earlier, setEarlier] = useState<readonly (readonly GoalSource[])[]>([])
  const [problems, setProblems] = useState<Source['problems']>([])
  // Who chose another folder since has moved on: what was given before is no part of it.
  const made = held !== null && held.source.path === folder ? held : null
  const given = made?.given ?? []

  /** Makes these what agents work on; false where it could not be done, and then nothing has changed. */
  const replaceBy = async (wanted: readonly GoalSource[]): Promise<boolean> => {
    setProblems([])
    const before = made === null ? folder : made.folder
    if (wanted.length === 0) {
      setHeld(null)
      setFolder(before)
    } else {
      const source = await adding.add({ ...asGiven(wanted), ref: '' }).catch(() => null)
      if (source === null) return false
      setProblems(source.problems)
      if (source.kind === 'documents' && source.files.length === 0) {
        await forgetSource(source)
        return false
      }
      setHeld({ given: wanted, source, folder: before })
      setFolder(source.path)
    }
    if (made !== null) await forgetSource(made.source)
    return true
  }
  return {
    given,
    /** The folder that is worked on again once everything is undone; empty for none. */
    folder: made?.folder ?? folder,
    problems,
    progress: adding.progress,
    error: adding.error,
    add: async (more: readonly GoalSource[]) => {
      const isRepository = more.some(({ kind }) => kind === 'repository')
      // A repository is a folder of its own: nothing else can lie in it.
      const kept = isRepository ? [] : given.filter(({ kind }) => kind !== 'repository')
      if (await replaceBy([...kept, ...more])) setEarlier(made === null ? [[]] : [...earlier, given])
    },
    undo: async () => {
      if (await replaceBy(earlier.at(-1) ?? [])) setEarlier(earlier.slice(0, -1))
    },
  }
}

function asGiven(wanted: readonly GoalSource[]): { given: GivenSource; files: File[] } {
  const files = wanted.flatMap((one) => (one.kind === 'file' ? [one.file] : []))
  const repository = wanted.find(({ kind }) => kind === 'repository')
  if (repository !== undefined) return { given: { kind: 'repository', url: repository.name }, files }
  const addresses = wanted.flatMap(({ kind, name }) => (kind === 'page' ? [name] : []))
  return { given: addresses.length === 0 ? { kind: 'nothing' } : { kind: 'addresses', addresses }, files }
}
