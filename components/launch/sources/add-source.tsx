'use client'

import { type DragEvent, useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Field, Input, TextArea } from '@/components/ui/form/field'
import type { Source } from '@/lib/api/sources'
import { problemOf } from '@/lib/client/http/api'
import { useAddSource } from '@/lib/client/queries/source-queries'
import { plural } from '@/lib/view/format/numbers'
import { givenIn } from '@/lib/view/launch/given-source'
import { AddedSource } from './added-source'

/**
 * Documents, web pages or a repository to work on, in place of a folder of this machine: dropped, picked, pasted
 * or named by their addresses. Once they are added, their folder is the workspace.
 */
export function AddSource({ onAdded }: { onAdded(source: Source): void }) {
  const [text, setText] = useState('')
  const [ref, setRef] = useState('')
  const [files, setFiles] = useState<readonly File[]>([])
  const [added, setAdded] = useState<Source | null>(null)
  const adding = useAddSource()
  const given = givenIn(text)
  const isRepository = given.kind === 'repository'
  const isEmpty = files.length === 0 && text.trim() === ''

  const add = async () => {
    const source = await adding.add({ given, ref, files }).catch(() => null)
    if (source === null) return
    setAdded(source)
    setText('')
    setRef('')
    setFiles([])
    onAdded(source)
  }
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setFiles([...files, ...event.dataTransfer.files])
  }
  return (
    <details className="rounded-md border border-line">
      <summary className="cursor-pointer px-2.5 py-2 text-sm text-ink-2">
        Add documents, web pages or a repository
      </summary>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way to what the file input does */}
      <div className="flex flex-col gap-3 p-2.5" onDragOver={(event) => event.preventDefault()} onDrop={drop}>
        <Field
          id="source-files"
          label="Files"
          hint={
            files.length === 0
              ? 'Pick or drop text, Markdown, HTML, PDF, Word, CSV, images or a zip: at most 50 MB each.'
              : `${plural(files.length, 'file')}: ${files.map(({ name }) => name).join(', ')}`
          }
        >
          {(wired) => (
            <input
              {...wired}
              type="file"
              multiple
              className="text-sm"
              onChange={(event) => setFiles([...(event.target.files ?? [])])}
            />
          )}
        </Field>
        <Field id="source-text" label="Addresses or text" hint={hintOf(given.kind)}>
          {(wired) => (
            <TextArea {...wired} rows={3} value={text} onChange={(event) => setText(event.target.value)} />
          )}
        </Field>
        {isRepository && (
          <Field id="source-ref" label="Branch or tag" hint="Left empty, the one the repository names.">
            {(wired) => <Input {...wired} value={ref} onChange={(event) => setRef(event.target.value)} />}
          </Field>
        )}
        <div className="flex items-center gap-3">
          <Button onClick={() => void add()} disabled={isEmpty || adding.progress !== null}>
            {adding.progress ?? (isRepository ? 'Clone' : 'Add')}
          </Button>
          {adding.error !== null && (
            <p role="alert" className="text-xs text-failed">
              {problemOf(adding.error).detail}
            </p>
          )}
        </div>
        {added !== null && <AddedSource source={added} />}
      </div>
    </details>
  )
}

function hintOf(kind: ReturnType<typeof givenIn>['kind']): string {
  switch (kind) {
    case 'nothing':
      return 'One address a line, a git address, or text to read.'
    case 'addresses':
      return 'These pages are fetched once, from the public internet.'
    case 'repository':
      return 'This repository is cloned with your own git settings; nothing of them is kept.'
    case 'text':
      return 'This text is kept as one document.'
  }
}
