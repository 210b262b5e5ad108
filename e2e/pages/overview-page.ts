import type { Locator, Page } from '@playwright/test'

/** The overview. */
export class OverviewPage {
  /** On the first screen: launches the audit that ships. */
  readonly auditStarter: Locator

  constructor(readonly page: Page) {
    this.auditStarter = page.getByRole('main').getByRole('link', { name: /^Audit a folder/ })
  }

  async open(origin = ''): Promise<void> {
    await this.page.goto(`${origin}/`)
  }

  card(title: string): Locator {
    return this.page.getByRole('link').filter({ has: this.page.getByRole('heading', { name: title }) })
  }
}
