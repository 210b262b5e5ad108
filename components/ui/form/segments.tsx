import { cx } from '../class-names'

type Props<T extends string> = {
  legend: string
  options: readonly { value: T; label: string; title?: string }[]
  value: T
  onValue: (value: T) => void
  className?: string
}

/** A few ways to look at the same thing, side by side; one is on. */
export function Segments<T extends string>({ legend, options, value, onValue, className }: Props<T>) {
  return (
    <fieldset className={cx('flex rounded-md border bg-sunken p-0.5', className)}>
      <legend className="sr-only">{legend}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          title={option.title}
          onClick={() => onValue(option.value)}
          className={cx(
            'flex-1 whitespace-nowrap rounded-sm px-2 py-0.5 text-xs',
            option.value === value
              ? 'bg-raised font-medium shadow-[0_0_0_1px_var(--color-line-strong)]'
              : 'text-ink-2 hover:text-ink',
          )}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  )
}
