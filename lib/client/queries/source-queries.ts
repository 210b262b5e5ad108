'use client'

import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Source, SourceInput } from '@/lib/api/sources'
import type { GivenSource } from '@/lib/view/launch/given-source'
import { call, send, sendBytes } from '../http/api'
import { laterApi } from '../http/later'

const sourcesApi = laterApi(async () => (await import('@/lib/api/endpoints/source-endpoints')).sourcesApi)

/** What is added: files, and what was typed. `ref` is a branch or tag of a repository, empty for its own. */
type ToAdd = { given: GivenSource; ref: string; files: readonly File[] }

/** Adds a source, file by file, all of it or nothing; `progress` says how far it is, null while nothing is being added. */
export function useAddSource() {
  const client = useQueryClient()
  const [progress, setProgress] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const add = async (toAdd: ToAdd): Promise<Source> => {
    setError(null)
    setProgress('Adding…')
    let source: Source | null = null
    try {
      const begun = await call(sourcesApi.addSource, { body: inputOf(toAdd) })
      source = begun
      for (const [at, file] of toAdd.files.entries()) {
        setProgress(`Reading file ${at + 1} of ${toAdd.files.length}…`)
        const to = { params: { id: begun.id }, query: { name: file.name } }
        source = await sendBytes(sourcesApi.addSourceFile, to, file)
      }
      await client.invalidateQueries({ queryKey: ['workspaces'] })
      return source
    } catch (thrown) {
      setError(thrown)
      if (source !== null) await forgetSource(source)
      throw thrown
    } finally {
      setProgress(null)
    }
  }
  return { add, progress, error }
}

/** Deletes a source that was replaced or not finished. Where that is refused it stays, listed with the others. */
export async function forgetSource({ id }: Source): Promise<void> {
  await send(sourcesApi.deleteSource, { params: { id } }).catch((cause: unknown) =>
    console.info(`The source ${id} stays.`, cause),
  )
}

function inputOf({ given, ref, files }: ToAdd): SourceInput {
  const [first] = files
  const named = first === undefined ? {} : { name: first.name }
  switch (given.kind) {
    case 'nothing':
      return named
    case 'addresses':
      return { ...named, addresses: given.addresses }
    case 'repository':
      return { repository: { url: given.url, ...(ref.trim() === '' ? {} : { ref: ref.trim() }) } }
    case 'text':
      return { ...named, texts: [{ name: 'Pasted text.md', text: given.text }] }
  }
}
