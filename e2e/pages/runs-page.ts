import type { Locator, Page } from '@playwright/test'

/** The table of all runs. */
export class RunsPage {
  readonly status: Locator
  readonly search: Locator

  constructor(readonly page: Page) {
    this.status = page.getByRole('combobox', { name: 'Status' })
    this.search = page.getByRole('combobox', { name: 'Search runs' })
  }

  async open(origin = '', query = ''): Promise<void> {
    await this.page.goto(`${origin}/runs${query}`)
  }

  row(title: string): Locator {
    return this.page
      .getByRole('row')
      .filter({ has: this.page.getByRole('link', { name: title, exact: true }) })
  }

  tick(title: string): Locator {
    return this.page.getByRole('checkbox', { name: `Select ${title}`, exact: true })
  }

  get bar(): Locator {
    return this.page.getByRole('region', { name: 'Chosen runs' })
  }

  /** Titles from top to bottom. */
  get titles(): Locator {
    return this.page.getByRole('region', { name: 'Runs' }).locator('tbody tr td:nth-child(2) > span > a')
  }
}
