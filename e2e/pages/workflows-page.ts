import type { Locator, Page } from '@playwright/test'
import { lines, write } from './editor'

type Tab = 'Source' | 'Versions' | 'Runs' | 'About'

/** The library, and one workflow of it. */
export class WorkflowsPage {
  readonly editor: Locator
  readonly complaint: Locator
  readonly outline: Locator
  readonly notices: Locator
  readonly versions: Locator
  readonly changes: Locator

  constructor(readonly page: Page) {
    this.editor = page.getByRole('textbox', { name: 'Source', exact: true })
    this.complaint = page.locator('#source-note')
    this.outline = page.getByRole('complementary', { name: 'Outline' })
    this.notices = page.getByRole('region', { name: 'Notices' })
    this.versions = page.getByRole('list', { name: 'Versions' })
    this.changes = page.getByRole('region', { name: 'Changes' })
  }

  async open(path = '', origin = ''): Promise<void> {
    await this.page.goto(`${origin}/workflows${path}`)
  }

  row(name: string): Locator {
    return this.page.getByRole('row').filter({ has: this.page.getByRole('link', { name, exact: true }) })
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  write(source: string): Promise<void> {
    return write(this.editor, source)
  }

  get lines(): Locator {
    return lines(this.editor)
  }

  async show(tab: Tab): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Parts of the workflow' })
      .getByRole('button', { name: tab })
      .click()
  }
}
