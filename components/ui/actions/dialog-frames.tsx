'use client'

import { X } from 'lucide-react'
import { AlertDialog, Dialog as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { useReturnFocus } from '@/lib/client/hooks/use-return-focus'
import { Button } from './button'

export type WindowProps = {
  title: string
  size?: 'narrow' | 'middle' | 'wide'
  onOpenChange: (isOpen: boolean) => void
  children: ReactNode
}

export type QuestionProps = {
  title: string
  children: ReactNode
  verb: string
  keep?: string
  isDanger?: boolean
  onConfirm: () => void
  onOpenChange: (isOpen: boolean) => void
}

const overlay = 'fixed inset-0 z-40 animate-appear bg-[rgb(10_11_14/0.45)]'
const content =
  'fixed left-1/2 z-50 -translate-x-1/2 animate-appear overflow-y-auto rounded-lg border border-line-strong bg-raised p-5 shadow-pop'

const sizes: Record<NonNullable<WindowProps['size']>, string> = {
  narrow: 'top-[12vh] max-h-[76vh] w-[min(92vw,480px)]',
  middle: 'top-[6vh] max-h-[88vh] w-[min(94vw,720px)]',
  wide: 'top-[5vh] max-h-[90vh] w-[min(94vw,1080px)]',
}

/** What `Dialog` shows once it is open. */
export function DialogFrame({ title, size = 'narrow', onOpenChange, children }: WindowProps) {
  const returnFocus = useReturnFocus()
  return (
    <Primitive.Root open onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className={overlay} />
        <Primitive.Content
          className={`${content} ${sizes[size]}`}
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          // React lets events through to what the dialog was opened from: a form there would send itself, too.
          onSubmit={(event) => event.stopPropagation()}
        >
          <div className="mb-3 flex items-center justify-between">
            <Primitive.Title className="min-w-0 truncate text-base font-semibold">{title}</Primitive.Title>
            <Primitive.Close asChild>
              <Button variant="quiet" size="sm" aria-label="Close">
                <X aria-hidden="true" className="size-4" />
              </Button>
            </Primitive.Close>
          </div>
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

/** What `Confirm` asks. */
export function ConfirmFrame({
  title,
  children,
  verb,
  keep = 'Keep it',
  isDanger = true,
  onConfirm,
  onOpenChange,
}: QuestionProps) {
  const returnFocus = useReturnFocus()
  return (
    <AlertDialog.Root open onOpenChange={onOpenChange}>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={overlay} />
        <AlertDialog.Content className={`${content} ${sizes.narrow}`} onCloseAutoFocus={returnFocus}>
          <AlertDialog.Title className="text-base font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild>
            <div className="mt-2 text-sm text-ink-2">{children}</div>
          </AlertDialog.Description>
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>{keep}</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button variant={isDanger ? 'danger' : 'primary'} onClick={onConfirm}>
                {verb}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
