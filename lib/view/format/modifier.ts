/** How a browser's machine writes the modifier of shortcuts, to stand before a letter. */
export function modifierOf(userAgent: string): string {
  return /Mac|iPhone|iPad/.test(userAgent) ? '⌘' : 'Ctrl '
}
