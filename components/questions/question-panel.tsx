'use client'

import { X } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { patiently } from '@/lib/client/http/patiently'
import { useRunView } from '@/lib/client/run/use-run'
import { useRunUrl } from '@/lib/client/run/use-run-url'
import type { Checkpoint } from '@/lib/core/run/checkpoint'
import { openCheckpoints } from '@/lib/core/run/checkpoints'

// Most runs ask nothing.
const ClosedQuestion = dynamic(
  patiently(() => import('./closed-question').then((part) => part.ClosedQuestion)),
)
const QuestionCard = dynamic(patiently(() => import('./question-card').then((part) => part.QuestionCard)))

const none: readonly Checkpoint[] = []

/** Open questions of a run, above everything else; one that is closed while the page is open says by whom. */
export function QuestionPanel() {
  const run = useRunView((view) => view.state?.run)
  const checkpoints = useRunView((view) => view.state?.checkpoints ?? none)
  const [{ question: linked }] = useRunUrl()
  const [openOnce, setOpenOnce] = useState<readonly string[]>([])
  const [dismissed, setDismissed] = useState<string | null>(null)
  if (run === undefined) return null
  const open = openCheckpoints({ run, checkpoints: [...checkpoints] })
  const fresh = open.filter(({ checkpointId }) => !openOnce.includes(checkpointId))
  if (fresh.length > 0) setOpenOnce([...openOnce, ...fresh.map(({ checkpointId }) => checkpointId)])
  const last = checkpoints.findLast(
    ({ checkpointId }) => openOnce.includes(checkpointId) || checkpointId === linked,
  )
  const closed = last === undefined || last.status === 'open' || last.checkpointId === dismissed ? null : last
  if (open.length === 0 && closed === null) return null
  return (
    <section
      id="questions"
      aria-label="Questions to you"
      className="flex shrink-0 flex-col gap-3 border-b bg-sunken px-4 py-3 sm:px-5"
    >
      {closed !== null && (
        <div role="status" className="flex items-start gap-2">
          <ClosedQuestion checkpoint={closed} />
          <Button
            variant="quiet"
            size="sm"
            className="ml-auto"
            aria-label="Dismiss"
            onClick={() => setDismissed(closed.checkpointId)}
          >
            <X aria-hidden="true" className="size-3.5" />
          </Button>
        </div>
      )}
      {open.map((question) => (
        <QuestionCard
          key={question.checkpointId}
          run={run}
          question={question}
          isLinked={question.checkpointId === linked}
        />
      ))}
    </section>
  )
}
