import { cleanup, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { renderPage } from '../testing/render-page'
import { DocText } from './doc-text'

afterEach(cleanup)

const page = `# The dialect

See [costs](costs.md#batches), [launch](/launch), [here](#what-agent-gives) and [the web](https://example.com).

## What \`agent()\` gives

\`\`\`js
return agent('x < y')
\`\`\`
`

test('a page of the docs has anchors, links that lead on in the product, and code that can be copied', () => {
  renderPage(<DocText text={page} />)
  expect(screen.getByRole('heading', { level: 2 }).id).toBe('what-agent-gives')
  expect(screen.getByRole('link', { name: 'Link to What agent() gives' }).getAttribute('href')).toBe(
    '#what-agent-gives',
  )
  const hrefs = ['costs', 'launch', 'here', 'the web'].map((name) =>
    screen.getByRole('link', { name }).getAttribute('href'),
  )
  expect(hrefs).toEqual(['/docs/costs#batches', '/launch', '#what-agent-gives', 'https://example.com'])
  expect(screen.getByRole('button', { name: 'Copy workflow' })).toBeDefined()
  expect(screen.getByText("return agent('x < y')").closest('pre')?.tabIndex).toBe(0)
})
