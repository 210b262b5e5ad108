import type { Page } from '@playwright/test'

/** `npm run looks` asks for pictures; nothing compares them, so `npm test` does without. */
export const arePicturesWanted = process.env.E2E_PICTURES === '1'

/** Takes a picture of the page, as `e2e/screenshots/<name>.png`, for people to look at. */
export async function takePicture(page: Page, name: string, { fullPage = false } = {}): Promise<void> {
  if (arePicturesWanted) await page.screenshot({ path: `e2e/screenshots/${name}.png`, fullPage })
}
