import { screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, it, vi } from 'vitest'
import { renderPage } from '@/components/testing/render-page'
import { Button } from './button'
import { Confirm, Dialog } from './dialog'

function Asking({ onConfirm }: { onConfirm: () => void }) {
  return (
    <Confirm trigger={<Button>Delete</Button>} title="Delete it?" verb="Yes, delete" onConfirm={onConfirm}>
      It cannot be undone.
    </Confirm>
  )
}

function Window() {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button onClick={() => setOpen(true)}>Open</Button>
      <Dialog title="A window" isOpen={isOpen} onOpenChange={setOpen}>
        <input aria-label="Name" />
      </Dialog>
    </>
  )
}

it.each([
  ['a question', 'Delete', 'alertdialog', <Asking key="asking" onConfirm={() => {}} />],
  ['a window', 'Open', 'dialog', <Window key="window" />],
] as const)('%s takes the focus, and gives it back to what opened it', async (_, name, role, ui) => {
  const user = userEvent.setup()
  renderPage(ui)
  await user.tab()
  await user.keyboard('{Enter}')
  const opened = await screen.findByRole(role)
  await waitFor(() => expect(opened.contains(document.activeElement)).toBe(true))
  await user.keyboard('{Escape}')
  await waitFor(() => expect(screen.queryByRole(role)).toBeNull())
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name })))
})

it('does what was asked once it is confirmed, and nothing when it is kept', async () => {
  const user = userEvent.setup()
  const onConfirm = vi.fn()
  renderPage(<Asking onConfirm={onConfirm} />)
  await user.click(screen.getByRole('button', { name: 'Delete' }))
  await user.click(await screen.findByRole('button', { name: 'Keep it' }))
  expect(onConfirm).not.toHaveBeenCalled()
  await user.click(screen.getByRole('button', { name: 'Delete' }))
  await user.click(await screen.findByRole('button', { name: 'Yes, delete' }))
  expect(onConfirm).toHaveBeenCalledTimes(1)
})
