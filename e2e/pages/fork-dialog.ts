import { expect, type Locator, type Page } from '@playwright/test'

/** The dialog in which a run is forked. */
export class ForkDialog {
  readonly box: Locator
  readonly script: Locator
  readonly verdict: Locator

  constructor(page: Page) {
    this.box = page.getByRole('dialog', { name: /^Fork / })
    this.script = this.box.getByRole('textbox', { name: 'Script' })
    this.verdict = this.box.getByRole('complementary', { name: 'Fork preview' })
  }

  async preview(): Promise<void> {
    await this.verdict.getByRole('button', { name: 'Preview' }).click()
    await expect(this.verdict.getByRole('button', { name: 'Preview' })).toBeEnabled()
  }

  async launch(): Promise<void> {
    await this.verdict.getByRole('button', { name: 'Launch fork' }).click()
  }
}
