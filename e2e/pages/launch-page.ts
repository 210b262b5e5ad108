import type { Locator, Page } from '@playwright/test'
import { write } from './editor'

/** The launcher: the form on the left, the plan beside it. */
export class LaunchPage {
  readonly plan: Locator
  readonly launchButton: Locator
  readonly script: Locator
  readonly workspace: Locator

  constructor(readonly page: Page) {
    this.plan = page.getByRole('complementary', { name: 'Plan' })
    this.launchButton = this.plan.getByRole('button', { name: /^(Launch|Draft|Write the plan)/ })
    this.script = page.getByLabel('Script', { exact: true })
    this.workspace = page.getByLabel('Workspace folder')
  }

  /** Opens the fold with all that most launches leave as it is. */
  async openAdvanced(): Promise<void> {
    await this.page.getByText('Advanced', { exact: true }).click()
  }

  async open(origin = ''): Promise<void> {
    await this.page.goto(`${origin}/launch`)
  }

  workflow(name: string): Locator {
    return this.page.getByRole('radio', { name: new RegExp(`^${name}`) })
  }

  async pasteScript(source: string): Promise<void> {
    await this.page.getByText('Paste a script', { exact: true }).click()
    await this.writeScript(source)
  }

  async writeScript(source: string): Promise<void> {
    await write(this.script, source)
  }

  /** What is wrong with a field, as it stands under it. */
  complaint(field: string): Locator {
    return this.page.locator(`#${field}-note`)
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true })
  }
}
