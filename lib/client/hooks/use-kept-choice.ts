'use client'

import { useKeptText } from './use-kept'

/** A choice that this browser remembers; the first of the options until somebody chooses. */
export function useKeptChoice<T extends string>(
  name: string,
  options: readonly [T, ...T[]],
): [T, (choice: T) => void] {
  const [text, choose] = useKeptText(name)
  return [options.find((option) => option === text) ?? options[0], choose]
}
