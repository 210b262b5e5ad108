import { act, render, waitFor } from '@testing-library/react'
import { expect, it, onTestFinished, vi } from 'vitest'
import { renderRun } from '@/components/testing/render-run'
import { useTabIcon } from '@/lib/client/hooks/use-tab-icon'
import { runIcon, runIconUrl } from '@/lib/view/run/run-icon'
import { created, ended, told } from '@/lib/view/testing'
import { TabIcon } from './tab-icon'

function pageWithIcon(): HTMLLinkElement {
  const link = document.createElement('link')
  link.rel = 'icon'
  link.setAttribute('href', '/icon.svg')
  document.head.append(link)
  onTestFinished(() => link.remove())
  return link
}

const two = told(['A'], created('a1', 'A'), created('a2', 'A'))

it('shows how far the run is, follows it, and leaves the page its own icon', async () => {
  const link = pageWithIcon()
  const page = await renderRun(<TabIcon />, two)
  const shown = () => link.getAttribute('href')
  await waitFor(() => expect(shown()).toBe(runIconUrl(runIcon(two))))
  act(() => page.tell(ended('a1')))
  await waitFor(() => expect(shown()).toBe(runIconUrl({ tone: 'working', share: 0.5 })))
  page.unmount()
  expect(shown()).toBe('/icon.svg')
})

function Icon({ href }: { href: string }) {
  useTabIcon(href)
  return null
}

it('changes the icon once a second at most, in the end to the last of several', () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const link = pageWithIcon()
  const shown = () => link.getAttribute('href')
  const { rerender } = render(<Icon href="first" />)
  vi.advanceTimersByTime(1)
  expect(shown()).toBe('first')
  rerender(<Icon href="second" />)
  vi.advanceTimersByTime(600)
  rerender(<Icon href="third" />)
  vi.advanceTimersByTime(398)
  expect(shown()).toBe('first')
  vi.advanceTimersByTime(2)
  expect(shown()).toBe('third')
})
