import type { Locator, Page } from '@playwright/test'

/** The overview. */
export class OverviewPage {
  readonly launchLink: Locator

  constructor(readonly page: Page) {
    this.launchLink = page.getByRole('main').getByRole('link', { name: 'Launch' }).first()
  }

  async open(origin = ''): Promise<void> {
    await this.page.goto(`${origin}/`)
  }

  card(title: string): Locator {
    return this.page.getByRole('link').filter({ has: this.page.getByRole('heading', { name: title }) })
  }
}
