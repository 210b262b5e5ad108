import { Paperclip } from 'lucide-react'
import { type ClipboardEvent, useRef } from 'react'
import { Button } from '@/components/ui/actions/button'
import { cx } from '@/components/ui/class-names'
import { Field, TextArea } from '@/components/ui/form/field'
import { useFileDrop } from '@/lib/client/hooks/use-file-drop'
import type { GoalSources as Sources } from '@/lib/client/queries/use-goal-sources'
import { GoalSources } from '../sources/goal-sources'
import { errorText, type FormProps } from './form-props'

const modes = [
  {
    value: 'plan',
    label: 'Plan first',
    detail: 'A planner writes the script. You approve, change or stop it before anything else runs.',
  },
  {
    value: 'live',
    label: 'Decide as you go',
    detail: 'One agent starts others in waves. Each wave builds on the last one’s findings.',
  },
] as const

/**
 * What is wanted, in words, and who divides it into agents. Files that are dropped on the words, pasted into
 * them or picked become what agents work on.
 */
export function GoalFields({ form, edit, errorOf, sources }: FormProps & { sources: Sources }) {
  const isBusy = sources.progress !== null
  const take = (files: readonly File[]) => {
    if (files.length > 0 && !isBusy)
      void sources.add(files.map((file) => ({ kind: 'file', name: file.name, file })))
  }
  const { isOver, zone } = useFileDrop(take)
  return (
    <>
      <div className="flex flex-col gap-1.5" {...zone}>
        <Field
          id="goal"
          label="Goal"
          hint="The result you want. Drop or paste files to work on, or name addresses."
          error={errorText(errorOf('goal'))}
        >
          {(wired) => (
            <TextArea
              {...wired}
              rows={5}
              holds="words"
              placeholder="Find every place where an error is swallowed, verify each, and write a report, worst first"
              value={form.goal}
              className={cx(isOver && 'border-accent outline-2 outline-dashed outline-accent')}
              onChange={(event) => edit('goal', event.target.value)}
              onPaste={(event) => takePasted(event, take)}
            />
          )}
        </Field>
        <FilePicker isBusy={isBusy} onFiles={take} />
        <GoalSources goal={form.goal} sources={sources} />
      </div>
      <fieldset>
        <legend className="sr-only">Mode</legend>
        <div className="grid gap-2 sm:grid-cols-2">
          {modes.map(({ value, label, detail }) => (
            <label
              key={value}
              className={cx(
                'flex cursor-pointer flex-col gap-1 rounded-lg border bg-surface p-3.5 transition-colors hover:border-control',
                'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
                form.mode === value && 'border-accent ring-1 ring-accent',
              )}
            >
              <span className="flex items-center gap-2">
                <input
                  type="radio"
                  name="mode"
                  checked={form.mode === value}
                  onChange={() => edit('mode', value)}
                  className="size-3.5 accent-[var(--color-accent-fill)] outline-none"
                />
                <span className="text-sm font-semibold">{label}</span>
              </span>
              <span className="text-xs text-ink-2">{detail}</span>
            </label>
          ))}
        </div>
      </fieldset>
    </>
  )
}

/** Files of a paste; words that came with them, as a copied table has them, are what was meant. */
function takePasted(event: ClipboardEvent, take: (files: readonly File[]) => void): void {
  const files = [...event.clipboardData.files]
  if (files.length === 0 || event.clipboardData.getData('text/plain') !== '') return
  event.preventDefault()
  take(files)
}

function FilePicker({ isBusy, onFiles }: { isBusy: boolean; onFiles: (files: readonly File[]) => void }) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button size="sm" className="self-start" disabled={isBusy} onClick={() => input.current?.click()}>
        <Paperclip aria-hidden="true" className="size-3.5" />
        Add files…
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files for the goal"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
    </>
  )
}
