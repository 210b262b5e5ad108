import { cx } from '../class-names'

type Props = {
  id: string
  label: string
  hint?: string | null
  error?: string | undefined
  options: readonly { value: string; label: string }[]
  value: string
  onValue: (value: string) => void
}

/** A few choices, all in sight; one of them, or none yet. */
export function RadioGroup({ id, label, hint, error, options, value, onValue }: Props) {
  const note = error ?? hint
  return (
    <fieldset
      className="flex min-w-0 flex-col gap-1 sm:col-span-2"
      aria-describedby={note ? `${id}-note` : undefined}
    >
      <legend className="mb-1 text-xs font-medium text-ink-2">{label}</legend>
      <div className="flex flex-wrap gap-1.5">
        {options.map((option, index) => (
          <label
            key={option.value}
            className={cx(
              'flex h-8 cursor-pointer items-center gap-2 rounded-md border bg-surface px-2.5 text-sm transition-colors hover:bg-hover',
              'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
              value === option.value ? 'border-accent bg-accent-soft' : 'border-control',
            )}
          >
            <input
              type="radio"
              id={index === 0 ? id : undefined}
              name={id}
              checked={value === option.value}
              onChange={() => onValue(option.value)}
              className="size-3.5 accent-[var(--color-accent-fill)] outline-none"
            />
            {option.label}
          </label>
        ))}
      </div>
      {note && (
        <p id={`${id}-note`} className={cx('text-xs', error === undefined ? 'text-ink-3' : 'text-failed')}>
          {note}
        </p>
      )}
    </fieldset>
  )
}
