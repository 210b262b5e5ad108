import type { ComponentProps } from 'react'
import { cx } from '../class-names'
import { PageLink } from '../page-link'

type ButtonVariant = 'primary' | 'secondary' | 'quiet' | 'danger'
type Size = 'sm' | 'md' | 'lg'

const variants: Record<ButtonVariant, string> = {
  primary: 'bg-accent-fill text-on-accent border-transparent hover:bg-accent-hover',
  secondary: 'bg-surface text-ink border-line-strong hover:bg-hover',
  quiet: 'bg-transparent text-ink-2 border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-surface text-failed border-line-strong hover:bg-hover hover:border-failed',
}
const sizes: Record<Size, string> = {
  sm: 'h-7 px-2 text-xs gap-1.5',
  md: 'h-8 px-3 text-sm gap-1.5',
  lg: 'h-10 px-4 text-base gap-2',
}

/** How a button looks, for a link that is none of the pages. */
export function buttonClasses(variant: ButtonVariant, size: Size, more?: string): string {
  return cx(
    'inline-flex shrink-0 items-center justify-center whitespace-nowrap rounded-md border font-medium transition-colors',
    'disabled:cursor-not-allowed disabled:opacity-55',
    variants[variant],
    sizes[size],
    more,
  )
}

type ButtonProps = ComponentProps<'button'> & { variant?: ButtonVariant; size?: Size }

export function Button({
  variant = 'secondary',
  size = 'md',
  className,
  type = 'button',
  ...rest
}: ButtonProps) {
  return <button type={type} className={buttonClasses(variant, size, className)} {...rest} />
}

type ButtonLinkProps = ComponentProps<typeof PageLink> & { variant?: ButtonVariant; size?: Size }

export function ButtonLink({ variant = 'secondary', size = 'md', className, ...rest }: ButtonLinkProps) {
  return <PageLink className={buttonClasses(variant, size, className)} {...rest} />
}
