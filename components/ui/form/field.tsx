import type { ComponentProps, ReactNode } from 'react'
import { cx } from '../class-names'

const box =
  'w-full rounded-md border border-control bg-surface px-2.5 text-ink transition-colors hover:border-ink-3 aria-[invalid=true]:border-failed'
const control = `${box} text-sm`
const codeArea = `${box} font-mono text-xs leading-5`
const wordsArea = `${box} text-sm leading-6`

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input className={cx(control, 'num h-8', className)} {...rest} />
}

export function Select({ className, ...rest }: ComponentProps<'select'>) {
  return <select className={cx(control, 'h-8 pr-7', className)} {...rest} />
}

type TextAreaProps = ComponentProps<'textarea'> & { holds?: 'code' | 'words' }

export function TextArea({ className, holds = 'code', ...rest }: TextAreaProps) {
  const isCode = holds === 'code'
  return (
    <textarea
      className={cx(isCode ? codeArea : wordsArea, 'py-2', className)}
      spellCheck={!isCode}
      {...rest}
    />
  )
}

export type Wired = { id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined }

type FieldProps = {
  id: string
  label: string
  hint?: ReactNode
  error?: string | undefined
  className?: string
  children: (wired: Wired) => ReactNode
}

/** A label, its control, and under it what is wrong or what helps. */
export function Field({ id, label, hint, error, className, children }: FieldProps) {
  const note = error ?? hint
  return (
    <div className={cx('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className="text-xs font-medium text-ink-2">
        {label}
      </label>
      {children({
        id,
        'aria-invalid': error !== undefined,
        'aria-describedby': note ? `${id}-note` : undefined,
      })}
      {note && (
        <p id={`${id}-note`} className={cx('text-xs', error === undefined ? 'text-ink-3' : 'text-failed')}>
          {note}
        </p>
      )}
    </div>
  )
}
