'use client'

import { FlaskConical } from 'lucide-react'
import { Popover } from 'radix-ui'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { Field, Input } from '@/components/ui/form/field'
import type { DryRunFaults } from '@/lib/core/spec/run'
import { noFaults, readFaults } from '@/lib/view/launch/dry-run-form'

const faults: readonly { name: keyof DryRunFaults; label: string; hint: string }[] = [
  { name: 'refusals', label: 'Refusals, %', hint: 'The model refuses.' },
  { name: 'rateLimits', label: 'Rate limits, %', hint: 'Refused with 429.' },
  { name: 'errors', label: 'Server errors, %', hint: 'Refused with 529.' },
  { name: 'cuts', label: 'Cut answers, %', hint: 'The stream breaks off.' },
]

type Props = { isDisabled: boolean; onDryRun: (faults: Partial<DryRunFaults>) => void }

/** Runs everything on its own simulator, with as many faults as wanted. */
export function DryRunButton({ isDisabled, onDryRun }: Props) {
  const [form, setForm] = useState(noFaults)
  const read = readFaults(form)
  const isWrong = (name: keyof DryRunFaults) => !read.ok && read.wrong.includes(name)
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button size="lg" disabled={isDisabled}>
          <FlaskConical aria-hidden="true" className="size-4" />
          Dry run
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          side="top"
          align="end"
          sideOffset={8}
          collisionPadding={12}
          aria-label="Dry run"
          className="z-50 flex w-[min(92vw,340px)] animate-appear flex-col gap-3 rounded-lg border border-line-strong bg-raised p-4 shadow-pop"
        >
          <div>
            <p className="text-sm font-semibold">Dry run</p>
            <p className="text-xs text-ink-2">
              Runs every agent against a simulator. Free. Share of requests that fail:
            </p>
          </div>
          <div className="grid grid-cols-2 gap-3">
            {faults.map(({ name, label, hint }) => (
              <Field
                key={name}
                id={`fault-${name}`}
                label={label}
                hint={hint}
                error={isWrong(name) ? 'Enter 0 to 90.' : undefined}
              >
                {(wired) => (
                  <Input
                    {...wired}
                    inputMode="decimal"
                    placeholder="0"
                    value={form[name]}
                    onChange={(event) => setForm({ ...form, [name]: event.target.value })}
                  />
                )}
              </Field>
            ))}
          </div>
          <Button
            variant="primary"
            disabled={isDisabled || !read.ok}
            onClick={() => {
              if (read.ok) onDryRun(read.faults)
            }}
          >
            Start the dry run
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}
