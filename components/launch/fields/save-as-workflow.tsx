'use client'

import { Save } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { Button } from '@/components/ui/actions/button'
import { problemOf } from '@/lib/client/http/api'
import { notify } from '@/lib/client/http/notices'
import { pages } from '@/lib/client/http/pages'
import { useSaveNew } from '@/lib/client/queries/workflow-queries'

/** Puts a pasted script into the library without leaving the form. */
export function SaveAsWorkflow({ script }: { script: string }) {
  const router = useRouter()
  const save = useSaveNew()
  const isSaved = save.isSuccess && save.data.source === script
  return (
    <div className="flex flex-wrap items-center gap-2 pt-1">
      <Button
        size="sm"
        disabled={save.isPending || isSaved}
        onClick={() =>
          save.mutate(
            { source: script },
            {
              onSuccess: ({ name }) =>
                notify(`Saved ${name}`, {
                  action: { label: 'Open', act: () => router.push(pages.workflow(name)) },
                }),
            },
          )
        }
      >
        <Save aria-hidden="true" className="size-3.5" />
        {isSaved ? 'Saved' : 'Save as workflow'}
      </Button>
      {save.error !== null && (
        <p role="alert" className="min-w-0 text-xs text-failed">
          {problemOf(save.error).detail}
        </p>
      )}
    </div>
  )
}
