import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { Markdown } from './markdown'

afterEach(cleanup)

test('code and tables that may be wider than the page can be scrolled by keyboard', async () => {
  render(<Markdown text={'Found:\n\n```\nreturn subprocess.run(command)\n```'} />)
  render(<Markdown text={'| file | line |\n|---|---|\n| a.ts | 7 |'} />)
  expect((await screen.findByRole('table')).tabIndex).toBe(0)
  expect(screen.getByText(/subprocess/).closest('pre')?.tabIndex).toBe(0)
})
