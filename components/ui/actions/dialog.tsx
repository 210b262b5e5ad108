'use client'

import { Slot } from 'radix-ui'
import { lazy, type ReactNode, Suspense, useState } from 'react'
import { patiently } from '@/lib/client/http/patiently'
import type { QuestionProps, WindowProps } from './dialog-frames'

// No page opens with one: what keeps the focus inside, and the page behind still, comes when it is wanted.
type Frames = typeof import('./dialog-frames')
let fetched: Frames | null = null
const frames = async (): Promise<Frames> => {
  fetched ??= await import('./dialog-frames')
  return fetched
}
const LateDialog = lazy(patiently(async () => ({ default: (await frames()).DialogFrame })))
const LateConfirm = lazy(patiently(async () => ({ default: (await frames()).ConfirmFrame })))

/** A window over the page, which stands still meanwhile. Closed, its content is gone. */
export function Dialog({ isOpen, ...shown }: WindowProps & { isOpen: boolean }) {
  return isOpen ? <OpenDialog {...shown} /> : null
}

function OpenDialog(shown: WindowProps) {
  // The same as long as it is open: another one would begin from nothing what somebody is filling in.
  const [Frame] = useState(() => fetched?.DialogFrame ?? LateDialog)
  return (
    <Suspense fallback={null}>
      <Frame {...shown} />
    </Suspense>
  )
}

type ConfirmProps = Omit<QuestionProps, 'onOpenChange'> & { trigger: ReactNode }

/** Asks before something that cannot be undone. The button names the act; it never says OK. */
export function Confirm({ trigger, ...question }: ConfirmProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Slot.Root
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
        onPointerEnter={foresee}
        onFocus={foresee}
      >
        {trigger}
      </Slot.Root>
      {isOpen && <OpenConfirm {...question} onOpenChange={setOpen} />}
    </>
  )
}

function OpenConfirm(question: QuestionProps) {
  const [Frame] = useState(() => fetched?.ConfirmFrame ?? LateConfirm)
  return (
    <Suspense fallback={null}>
      <Frame {...question} />
    </Suspense>
  )
}

/** Fetches what dialogs are made of before one is asked for: it then opens at once. */
export async function fetchDialogs(): Promise<void> {
  await frames()
}

function foresee(): void {
  fetchDialogs().catch((error: unknown) => console.warn('Dialogs failed to load.', error))
}
