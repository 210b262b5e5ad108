import { expect, type Locator, type Page } from '@playwright/test'

/** What people are asked: on the overview, and at the top of a run. */
export class Questions {
  readonly panel: Locator
  readonly script: Locator
  readonly preview: Locator
  readonly words: Locator

  constructor(readonly page: Page) {
    this.panel = page.getByRole('region', { name: 'Questions to you' })
    this.script = this.panel.getByRole('textbox', { name: /^Script/ })
    this.preview = page.getByRole('complementary', { name: 'Plan preview' })
    this.words = this.panel.getByLabel('Request a change')
  }

  /** A question on the overview, under what needs a person. */
  onOverview(title: string): Locator {
    return this.page.getByRole('article', { name: title })
  }

  card(title: string): Locator {
    return this.panel.getByRole('article', { name: title })
  }

  button(name: string): Locator {
    return this.panel.getByRole('button', { name, exact: true })
  }

  /** What the panel says of the last question that was closed while the page was open. */
  async closed(says: RegExp): Promise<void> {
    await expect(this.panel.getByRole('status').filter({ hasText: says })).toBeVisible()
  }
}
