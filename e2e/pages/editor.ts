import { expect, type Locator } from '@playwright/test'

/** Replaces what stands in an editor once it is there; until then a plain text field holds its place. */
export async function write(editor: Locator, source: string): Promise<void> {
  await expect(editor).toHaveClass(/cm-content/)
  await editor.fill(source)
}

/** The lines an editor shows; of a long source only those in view. */
export function lines(editor: Locator): Locator {
  return editor.locator('.cm-line')
}
