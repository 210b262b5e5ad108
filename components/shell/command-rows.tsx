import { Command } from 'cmdk'

/** Something the palette can do, in the group it stands under while nothing is typed. */
export type PaletteCommand = {
  group: string
  /** What is matched against what one types; unique in the palette. */
  value: string
  onSelect: () => void
  content: React.ReactNode
}

/** All commands in order, under a heading where a group begins. */
export function GroupedCommands({ commands }: { commands: readonly PaletteCommand[] }) {
  const groups = [...new Set(commands.map(({ group }) => group))]
  return groups.map((heading) => (
    <Command.Group
      key={heading}
      heading={heading}
      className="[&_[cmdk-group-heading]]:eyebrow [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:pt-2.5"
    >
      <CommandRows commands={commands.filter(({ group }) => group === heading)} />
    </Command.Group>
  ))
}

export function CommandRows({ commands }: { commands: readonly PaletteCommand[] }) {
  return commands.map(({ value, onSelect, content }) => (
    <Command.Item
      key={value}
      value={value}
      onSelect={onSelect}
      className="flex h-9 items-center gap-3 rounded-md px-2.5 text-sm data-[selected=true]:bg-hover"
    >
      {content}
    </Command.Item>
  ))
}
