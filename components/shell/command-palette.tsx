'use client'

import { Command } from 'cmdk'
import { Dialog as Primitive } from 'radix-ui'
import { useState } from 'react'
import { Button } from '@/components/ui/actions/button'
import { useReturnFocus } from '@/lib/client/hooks/use-return-focus'
import { useOpenRun } from '@/lib/client/run/open-run'
import { rankCommands } from './command-match'
import { CommandRows, GroupedCommands, type PaletteCommand } from './command-rows'
import { useCommonCommands } from './common-commands'
import { type Asked, RunCommands } from './run-commands'

type Props = { isOpen: boolean; onOpenChange: (isOpen: boolean) => void; onKeys: () => void }

export function CommandPalette({ isOpen, onOpenChange, onKeys }: Props) {
  const returnFocus = useReturnFocus()
  return (
    <Primitive.Root open={isOpen} onOpenChange={onOpenChange}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 animate-appear bg-[rgb(10_11_14/0.45)]" />
        <Primitive.Content
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          className="fixed left-1/2 top-[12vh] z-50 w-[min(94vw,560px)] -translate-x-1/2 animate-appear overflow-hidden rounded-lg border border-line-strong bg-raised shadow-pop"
        >
          <Primitive.Title className="sr-only">Command palette</Primitive.Title>
          <Commands onDone={() => onOpenChange(false)} onKeys={onKeys} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}

/** Mounted only while the palette is open, so it asks for nothing before. */
function Commands({ onDone, onKeys }: { onDone: () => void; onKeys: () => void }) {
  const open = useOpenRun()
  const [typed, setTyped] = useState('')
  const [asked, setAsked] = useState<Asked | null>(null)
  const common = useCommonCommands(typed, onDone, onKeys)
  if (asked !== null) return <Question {...asked} onDone={onDone} />
  const list = (ofRun: PaletteCommand[]) => (
    <CommandList commands={[...ofRun, ...common]} typed={typed} onTyped={setTyped} />
  )
  if (open === null) return list([])
  return (
    <RunCommands open={open} typed={typed} onDone={onDone} onAsk={setAsked}>
      {list}
    </RunCommands>
  )
}

type ListProps = { commands: PaletteCommand[]; typed: string; onTyped: (typed: string) => void }

/**
 * Commands in their groups; once one types, all that fit as one list with the best first and chosen. The order
 * is ours: cmdk orders within a group only, and would choose before it has the new order.
 */
function CommandList({ commands, typed, onTyped }: ListProps) {
  const isTyped = typed.trim() !== ''
  const fitting = isTyped ? rankCommands(commands, typed) : commands
  const [moved, setMoved] = useState<{ to: string; typed: string } | null>(null)
  const chosen = fitting.find(({ value }) => moved?.typed === typed && value === moved.to) ?? fitting[0]
  return (
    <Command
      label="Commands"
      loop
      shouldFilter={false}
      value={chosen?.value ?? ''}
      onValueChange={(to) => setMoved({ to, typed })}
    >
      <Command.Input
        autoFocus
        dir="auto"
        value={typed}
        onValueChange={onTyped}
        placeholder="Go to a run, launch a workflow, change the theme…"
        className="h-11 w-full border-b bg-transparent px-4 text-base outline-none focus-visible:outline-none"
      />
      <Command.List className="max-h-[50vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-sm text-ink-3">No matches.</Command.Empty>
        {isTyped ? <CommandRows commands={fitting} /> : <GroupedCommands commands={fitting} />}
      </Command.List>
    </Command>
  )
}

/** What is asked before an act that cannot be taken back. */
function Question({ title, question, verb, onConfirm, onDone }: Asked & { onDone: () => void }) {
  return (
    <div className="flex flex-col gap-3 p-5">
      <h2 className="text-base font-semibold">{title}</h2>
      <p className="text-sm text-ink-2">{question}</p>
      <div className="flex justify-end gap-2">
        <Button autoFocus onClick={onDone}>
          Leave it
        </Button>
        <Button
          variant="danger"
          onClick={() => {
            onDone()
            onConfirm()
          }}
        >
          {verb}
        </Button>
      </div>
    </div>
  )
}
