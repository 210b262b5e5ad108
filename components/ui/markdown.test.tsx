// @vitest-environment happy-dom
import { cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { Markdown } from './markdown'

afterEach(cleanup)

test('code that may be wider than the page can be scrolled by keyboard', () => {
  render(<Markdown text={'Found:\n\n```\nreturn subprocess.run(command)\n```'} />)
  expect(screen.getByText(/subprocess/).closest('pre')?.tabIndex).toBe(0)
})
