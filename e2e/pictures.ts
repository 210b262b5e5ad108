import type { Page } from '@playwright/test'

/** `npm run looks` asks for pictures; nothing compares them, so `npm test` does without. */
const isWanted = process.env.E2E_PICTURES === '1'

/** Takes a picture of the page for whoever wants to look at it, as `e2e/screenshots/<name>.png`. */
export async function takePicture(page: Page, name: string, { fullPage = false } = {}): Promise<void> {
  if (isWanted) await page.screenshot({ path: `e2e/screenshots/${name}.png`, fullPage })
}
