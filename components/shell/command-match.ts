import { defaultFilter } from 'cmdk'

/**
 * How well a command fits what was typed, from 0 (hidden) to 1. The very words come before words that merely
 * begin so, and those before letters that are strewn over the name: Enter after "runs" opens the list of runs,
 * whatever else has those four letters in it.
 */
function commandMatch(value: string, typed: string): number {
  const name = plain(value)
  const query = plain(typed)
  if (query === '' || name === query) return 1
  if (name.startsWith(query)) return 0.9
  const words = name.split(' ')
  const begins = (part: string) => words.some((word) => word.startsWith(part))
  if (query.split(' ').every(begins)) return 0.8
  return 0.5 * defaultFilter(value, typed)
}

/** The commands that fit what was typed, best first; of two that fit alike, the first stays first. */
export function rankCommands<C extends { value: string }>(commands: readonly C[], typed: string): C[] {
  return commands
    .map((command) => ({ command, fit: commandMatch(command.value, typed) }))
    .filter(({ fit }) => fit > 0)
    .toSorted((a, b) => b.fit - a.fit)
    .map(({ command }) => command)
}

function plain(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ').trim()
}
