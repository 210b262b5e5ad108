'use client'

import { Check } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { cx } from '../class-names'

const row =
  'flex min-h-8 cursor-pointer select-none items-center gap-2 rounded-md px-2 py-1.5 text-sm outline-none data-[highlighted]:bg-hover data-[disabled]:cursor-not-allowed data-[disabled]:opacity-55'

type MenuProps = { trigger: ReactNode; label: string; align?: 'start' | 'end'; children: ReactNode }

/** Acts behind one button. Its trigger is a button; arrow keys move among the rows. */
export function Menu({ trigger, label, align = 'end', children }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          aria-label={label}
          className="z-50 max-h-[70vh] min-w-44 max-w-[92vw] animate-appear overflow-y-auto rounded-lg border border-line-strong bg-raised p-1 shadow-pop"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

type ItemProps = { onSelect: () => void; isDanger?: boolean; isDisabled?: boolean; children: ReactNode }

/** An act of a menu. */
export function MenuItem({ onSelect, isDanger = false, isDisabled = false, children }: ItemProps) {
  return (
    <DropdownMenu.Item
      disabled={isDisabled}
      onSelect={onSelect}
      className={cx(row, isDanger && 'text-failed')}
    >
      {children}
    </DropdownMenu.Item>
  )
}

/** A file to save, as a row of a menu. */
export function MenuDownload({ href, children }: { href: string; children: ReactNode }) {
  return (
    <DropdownMenu.Item asChild className={row}>
      <a href={href} download>
        {children}
      </a>
    </DropdownMenu.Item>
  )
}

type CheckProps = { isChecked: boolean; onChange: (isChecked: boolean) => void; children: ReactNode }

/** Something that is on or off; the menu stays open, since one seldom changes only one. */
export function MenuCheck({ isChecked, onChange, children }: CheckProps) {
  return (
    <DropdownMenu.CheckboxItem
      checked={isChecked}
      onCheckedChange={onChange}
      onSelect={(event) => event.preventDefault()}
      className={row}
    >
      <span className="flex size-4 items-center justify-center rounded-sm border border-control">
        {isChecked && <Check aria-hidden="true" className="size-3" />}
      </span>
      {children}
    </DropdownMenu.CheckboxItem>
  )
}
