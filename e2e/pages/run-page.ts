import { expect, type Locator, type Page } from '@playwright/test'

type View = 'Map' | 'Timeline' | 'Table' | 'Log' | 'Script' | 'Cost' | 'Questions' | 'Changes' | 'Result'

/** One run: head, views and the inspector. */
export class RunPage {
  readonly head: Locator
  readonly inspector: Locator
  readonly table: Locator
  readonly log: Locator
  readonly map: Locator
  readonly result: Locator
  readonly search: Locator

  constructor(readonly page: Page) {
    this.head = page.getByRole('main').locator('header').first()
    this.inspector = page.getByRole('complementary', { name: 'Agent' })
    this.table = page.getByRole('table', { name: 'Agents' })
    this.log = page.getByRole('log', { name: 'Log' })
    this.map = page.getByRole('region', { name: 'map of the run' })
    this.result = page.getByRole('region', { name: 'Result', exact: true })
    this.search = page.getByRole('searchbox', { name: 'Search agents' })
  }

  async open(id: string, origin = '', query = ''): Promise<void> {
    await this.page.goto(`${origin}/runs/${id}${query}`)
    await expect(this.head.getByRole('heading', { level: 1 })).toBeVisible()
  }

  /** Id of the run in the address. */
  get id(): string {
    return /\/runs\/([^/?]+)/.exec(this.page.url())?.[1] ?? ''
  }

  /** The state of the run, as its badge says it. */
  status(word: string): Locator {
    return this.head.locator('[aria-live="polite"]').getByText(word, { exact: true })
  }

  connection(word: string | RegExp): Locator {
    return this.head.getByRole('status').filter({ hasText: word })
  }

  statusCount(state: string): Locator {
    return this.page
      .getByRole('group', { name: 'Filter agents by state' })
      .getByRole('button', { name: state })
  }

  /** How many agents have a status; a status that none has is not among the filters. */
  async count(state: string): Promise<number> {
    const [text = '0'] = await this.statusCount(state).allTextContents()
    const [counted] = /\d[\d,]*/.exec(text) ?? ['']
    return Number(counted.replaceAll(',', ''))
  }

  /** Opens what the head says of the run on demand: its origin, its permissions, its estimate. */
  async openDetails(): Promise<void> {
    await this.head.getByRole('button', { name: 'Details of the run' }).click()
  }

  async show(view: View): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).click()
  }

  viewIs(view: View): Locator {
    return this.page
      .getByRole('navigation', { name: 'Views' })
      .locator('[aria-current="true"]', { hasText: view })
  }

  /** A group of the map by the title of its phase. */
  group(title: string): Locator {
    return this.map.getByRole('region', { name: new RegExp(`^${title}, `) })
  }

  row(label: string): Locator {
    return this.table.getByRole('row').filter({ has: this.page.getByText(label, { exact: true }) })
  }

  /** What the open agent is saying right now. */
  get liveText(): Locator {
    return this.inspector.getByRole('region', { name: 'Live output' })
  }

  /** A button of the head; some say more than their verb. Where two begin alike, `exact` means the shorter. */
  action(name: string, { exact = false } = {}): Locator {
    return this.head.getByRole('button', { name, exact })
  }

  /** Answers the question that a dangerous button asks first. */
  async confirm(verb: string): Promise<void> {
    await this.page.getByRole('alertdialog').getByRole('button', { name: verb }).click()
  }
}
